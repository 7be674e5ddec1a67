/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_INTERNAL_H
#define SQL_STORE_INTERNAL_H

/* How this layer runs statements on the connections of a store. */

#include <glib.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store-table.h"
#include "sql/store.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* Values in text form, NULL for SQL's NULL; all borrowed. With `lengths` and
 * `formats` they are as libpq has them: binary, where the format is 1.
 * `deadline` is when to have an answer, as g_get_monotonic_time() counts, or 0:
 * as late as the store's patience allows. `types` is NULL where the statement
 * says of which type each is. `often`: it may be prepared, for it is run again
 * and again with the same text. */
typedef struct {
	int count;
	const char *const *values;
	int64_t deadline;
	const Oid *types;
	bool often;
	const int *lengths;
	const int *formats;
} StoreParams;

/* Runs one statement, which must be safe to run twice: when an idle connection
 * turns out to be dead, it is run again on a new one. The caller clears the
 * result; NULL with an error of sql/error.h when the statement failed. */
PGresult *store_execute(Store *store, const char *statement,
	const StoreParams *params, GError **error);

/* A connection of the pool for several statements; the caller gives it back
 * with store_return(), which closes it when it is broken or in a
 * transaction. */
PGconn *store_borrow(Store *store, GError **error);
void store_return(Store *store, PGconn *connection);

/* Runs a statement on a borrowed connection. Without `params` it may hold
 * several statements. */
PGresult *store_run(PGconn *connection, const char *statement,
	const StoreParams *params, GError **error);

/* A copy of a result; the caller owns it. */
StoreTable *store_table_new(const PGresult *result);

/* store_execute(), for the rows of the result. */
StoreTable *store_read(Store *store, const char *statement,
	const StoreParams *params, GError **error);

#endif
