/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_SPOOL_H
#define SPOOL_SPOOL_H

/* Messages that the database could not take yet: files of a directory, each
 * on the disk before anybody is told that it is safe. A file is written in
 * tmp/, renamed to new/, and moved to corrupt/ when it cannot be used. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_ERROR (spool_error_quark())

typedef enum {
	/* It has as many bytes as it may have. */
	SPOOL_ERROR_FULL,
	/* A file is not what was written, or no regular file. */
	SPOOL_ERROR_DAMAGED,
	/* The system refuses, now or for good: rights, descriptors, disk. */
	SPOOL_ERROR_SYSTEM,
} SpoolErrorCode;

GQuark spool_error_quark(void);

typedef struct Spool Spool;

/* What was known of a message when it came: `received` in Unix seconds, the
 * texts NULL where unknown. `signed_by` are the domains whose signature was
 * verified, ended by NULL; NULL for none. `over_https` is not kept: it is true
 * of all that is read from a shared spool. */
typedef struct {
	int64_t received;
	const char *queue_id;
	const char *sender;
	const char *const *signed_by;
	bool over_https;
} SpoolEnvelope;

/* A message read back; `envelope` borrows its texts. */
typedef struct {
	SpoolEnvelope envelope;
	char *queue_id;
	char *sender;
	char **signed_by;
	GBytes *message;
} SpoolMessage;

/* A file: its name without directory, whether it is in corrupt/, and when it
 * came, in Unix seconds. */
typedef struct {
	char *name;
	bool corrupt;
	size_t size;
	int64_t received;
} SpoolEntry;

/* Opens the spool for the one daemon that fills it: makes what is missing
 * below `directory`, removes what was never finished, and keeps others from
 * opening it likewise. The text of every error of a spool begins
 * with the path. The caller closes the spool. */
Spool *spool_open(const char *directory, GError **error);

/* The same for a spool to which other processes add, each with spool_join():
 * what nobody has finished for an hour is removed. Files are open to all who
 * may enter the directory, whose rights are up to the system. Of a message that
 * is read from it nobody knows a sender or has verified a signature, whatever
 * the file says. */
Spool *spool_open_shared(const char *directory, GError **error);

/* The shared spool of tlsrpt-https, unless its web server says another. */
#define SPOOL_HTTPS_DIRECTORY "/var/spool/tlsrpt-https"

/* Opens a shared spool that is there, to add to it or to look after it. */
Spool *spool_join(const char *directory, GError **error);

/* Opens a spool that is there, beside its daemon, to look after the files. */
Spool *spool_visit(const char *directory, GError **error);

void spool_close(Spool *spool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spool, spool_close)

/* Returns when the message is on the disk: file and directory are synced. All
 * files together have at most `limit` bytes. Safe in several threads. */
bool spool_add(Spool *spool, const SpoolEnvelope *envelope,
	const uint8_t *message, size_t size, uint64_t limit, GError **error);

/* As it was opened; borrowed. */
const char *spool_get_directory(const Spool *spool);
bool spool_is_shared(const Spool *spool);

/* Whether a shared spool has room for so many more bytes beside all its files,
 * finished or not, each of which counts as whole blocks of the disk. False with
 * SPOOL_ERROR_FULL, or when this cannot be said. Processes that ask at the same
 * time get the same answer; spool_add() asks once more when the file is
 * written, and removes it when there is too much. */
bool spool_has_room(
	const Spool *spool, size_t size, uint64_t limit, GError **error);

/* All files, those of new/ first, the oldest first: an array of SpoolEntry
 * that the caller frees. */
GPtrArray *spool_list(Spool *spool, GError **error);

/* From now on no message of more than so many bytes is read: its file counts as
 * damaged. At first the bound is the most that max_message_size can be. */
void spool_set_message_max(Spool *spool, size_t size);

/* NULL and an error when the file is damaged or gone. */
SpoolMessage *spool_read(Spool *spool, const SpoolEntry *entry, GError **error);

void spool_message_free(SpoolMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpoolMessage, spool_message_free)

/* Removes a file for good; moves one to corrupt/, or back to new/. */
bool spool_remove(Spool *spool, const SpoolEntry *entry, GError **error);
bool spool_set_aside(Spool *spool, const SpoolEntry *entry, GError **error);
bool spool_retry(Spool *spool, const SpoolEntry *entry, GError **error);

#endif
