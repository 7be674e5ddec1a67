/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_INPUT_H
#define CLI_IMPORT_INPUT_H

/* What is to be imported, one mail or report at a time, from what a person
 * names: files, directories, mailboxes. */

#include <glib.h>
#include <stddef.h>

/* A file, or a message of an mbox, which has its bytes. `name` tells people
 * where it is from; of a file it is `path` itself. */
typedef struct {
	char *path;
	char *name;
	GBytes *content;
} Input;

void input_free(Input *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Input, input_free)

/* Adds what `path` stands for: itself, or every file below a directory in the
 * order of their names. Hidden files, links to directories, pipes and the like
 * and a Maildir's own files are left out. What cannot be looked into is added
 * as it is, so that reading it tells why. */
void input_list(GPtrArray *inputs, const char *path);

/* What the last file was. */
typedef struct {
	/* One word or more, for people. */
	const char *kind;
	/* The lines of an mbox before its first message. */
	size_t skipped;
} InputFacts;

/* The bytes of it, of a file at most `limit`. An mbox, of any size and also
 * packed with gzip, gives NULL without an error, and its messages in
 * `messages`. The error, of G_FILE_ERROR, does not repeat the name. `facts`,
 * which may be NULL, are set where a file was read. The caller owns the
 * result. */
GBytes *input_read(const Input *input, size_t limit, GPtrArray *messages,
	InputFacts *facts, GError **error);

#endif
