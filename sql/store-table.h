/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_TABLE_H
#define SQL_STORE_TABLE_H

/* What a query has found, for the layers above. */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

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

void store_table_free(StoreTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreTable, store_table_free)

/* Leaves out what is after that many rows, of which there are more. */
void store_table_cut(StoreTable *table, size_t rows);

/* Removes the column of that name, if there is one. */
void store_table_drop(StoreTable *table, const char *name);

/* Removes the column `by`, if there is one, and has its cells in place of those
 * of the column `name`. */
void store_table_replace(StoreTable *table, const char *name, const char *by);

/* The cell of that row, counted from 0, in the column of that name: borrowed,
 * and NULL for SQL's NULL. A name that is not there is a mistake of the
 * program, which ends. */
char *store_table_get(const StoreTable *table, size_t row, const char *name);

/* The same, moved to the caller, who frees it. */
char *store_table_take(StoreTable *table, size_t row, const char *name);

/* The same as a number: 0 for NULL and for what is none. */
int64_t store_table_get_number(
	const StoreTable *table, size_t row, const char *name);

#endif
