/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_QUERY_H
#define SQL_STORE_QUERY_H

/* Reads the views of the schema for people. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sql/store.h"

typedef enum {
	/* Per policy domain: reports, sessions, the share that failed and its
	 * trend. */
	STORE_QUERY_SUMMARY,
	/* Per result type, domain, reporter and MX: sessions, first and last
	 * day. */
	STORE_QUERY_FAILURES,
	/* One row a report, newest first. */
	STORE_QUERY_REPORTS,
	/* Per reporter: domains, reports, sessions, first and last day. */
	STORE_QUERY_REPORTERS,
} StoreQueryKind;

/* NULL or 0 leaves a member out. Days are YYYY-MM-DD, inclusive. Domain,
 * organization and type are compared without case; `*` in them matches
 * anything. */
typedef struct {
	const char *since;
	const char *until;
	const char *domain;
	const char *organization;
	const char *type;
	size_t limit;
} StoreQueryFilter;

typedef enum {
	STORE_COLUMN_TEXT,
	STORE_COLUMN_NUMBER,
	STORE_COLUMN_BOOLEAN,
	STORE_COLUMN_DAY,
	/* A JSON array of numbers and null. */
	STORE_COLUMN_SERIES,
} StoreColumnType;

typedef struct {
	char *name;
	StoreColumnType type;
} StoreColumn;

/* A result: row_count * column_count cells in row order; a cell that is NULL
 * in the database is NULL. */
typedef struct {
	StoreColumn *columns;
	size_t column_count;
	char **cells;
	size_t row_count;
} StoreTable;

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error);

void store_table_free(StoreTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreTable, store_table_free)

#endif
