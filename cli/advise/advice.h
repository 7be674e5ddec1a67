/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ADVISE_ADVICE_H
#define CLI_ADVISE_ADVICE_H

/* What to do with the policy of a domain, by what reporters saw of it and,
 * where somebody has looked, by how it is now. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sql/store-table.h"

/* `row` of `table`, which is borrowed, is the domain's of
 * store_rollout_read(). `reasons` are those of the row and what was seen now.
 * `looked` is whether somebody has; if not, `unseen` says why, NULL where that
 * would change nothing. */
typedef struct {
	const StoreTable *table;
	size_t row;
	const char *verdict;
	GPtrArray *reasons;
	bool looked;
	char *unseen;
} Advice;

/* An array of Advice, one for each row; the caller unrefs it before the
 * table. */
GPtrArray *advice_new_list(const StoreTable *table);

/* The cell of its row. */
const char *advice_get(const Advice *advice, const char *column);

/* Whether it would go on to mode enforce, so that somebody ought to look. */
bool advice_is_to_enforce(const Advice *advice);

/* Something is seen that speaks against it: takes the text. */
void advice_object(Advice *advice, char *reason);

/* Nobody could look. */
void advice_set_unseen(Advice *advice, const char *why);

/* What to do, as sentences in English; what reports say is not escaped. The
 * caller frees it. */
char *advice_write(const Advice *advice);

#endif
