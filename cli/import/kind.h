/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_KIND_H
#define CLI_IMPORT_KIND_H

/* What files that people keep mail in are, by their first bytes. */

#include <glib.h>
#include <stdbool.h>

/* A kind that is not read. `words` go before a number of files, and `hint` says
 * what to do. */
typedef struct {
	const char *words;
	const char *hint;
} Kind;

/* NULL for what may be read. */
const Kind *kind_find_unread(GBytes *content);

/* The kind of these words. */
const Kind *kind_find(const char *words);

/* The message of a file of Apple Mail: after a line with its size, and before a
 * list of properties. NULL for any other file; the caller owns the result. */
GBytes *kind_take_emlx(GBytes *content);

#endif
