/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_VIEW_H
#define SQL_STORE_VIEW_H

/* Reads the views of the schema. */

#include "sql/store-internal.h"
#include "sql/store-table.h"

/* A statement on the views, whose names have no schema in it, and how many of
 * the parameters it has, from the first on. */
typedef struct {
	const char *statement;
	int parameters;
} StoreView;

/* Runs a statement in a transaction of its own that only reads: a role sees the
 * views of tlsrpt or, as a tenant, those of tlsrpt_tenant. NULL with an error
 * of sql/error.h, or a table that the caller owns. */
StoreTable *store_view_read(Store *store, const char *statement,
	const StoreParams *params, GError **error);

/* The same for several statements, which see one state of the database: an
 * array of tables, which the caller unrefs. */
GPtrArray *store_view_read_all(Store *store, const StoreView *views,
	size_t count, const StoreParams *params, GError **error);

/* Names of which some may be patterns, in which `*` matches anything, as arrays
 * for the parameters of a statement: all as patterns of LIKE, and all as they
 * are, which an index finds, or NULL where one is a pattern. Both are NULL from
 * NULL or no name. The caller frees them. */
void store_view_make_names(
	const char *const *names, char **patterns, char **exact);

#endif
