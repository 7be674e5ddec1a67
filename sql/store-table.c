/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-table.h"

#include <stdbool.h>
#include <string.h>

#include "sql/store-internal.h"

/* Object identifiers of built-in types, the same on every server. */
static const struct {
	Oid oid;
	StoreColumnType type;
} types[] = {
	{16, STORE_COLUMN_BOOLEAN},
	{20, STORE_COLUMN_NUMBER},
	{21, STORE_COLUMN_NUMBER},
	{23, STORE_COLUMN_NUMBER},
	{114, STORE_COLUMN_SERIES},
	{1082, STORE_COLUMN_DAY},
	{1700, STORE_COLUMN_NUMBER},
};

static StoreColumnType get_type(Oid oid)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (types[i].oid == oid)
			return types[i].type;
	}
	return STORE_COLUMN_TEXT;
}

StoreTable *store_table_new(const PGresult *result)
{
	StoreTable *table = g_new0(StoreTable, 1);
	int columns = PQnfields(result);
	int rows = PQntuples(result);

	table->column_count = (size_t)columns;
	table->row_count = (size_t)rows;
	table->columns = g_new0(StoreColumn, table->column_count);
	table->cells = g_new0(char *, table->column_count * table->row_count);
	for (int c = 0; c < columns; c++) {
		table->columns[c].name = g_strdup(PQfname(result, c));
		table->columns[c].type = get_type(PQftype(result, c));
	}
	for (int i = 0; i < rows * columns; i++) {
		if (!PQgetisnull(result, i / columns, i % columns))
			table->cells[i] = g_strdup(
				PQgetvalue(result, i / columns, i % columns));
	}
	return table;
}

StoreTable *store_read(Store *store, const char *statement,
	const StoreParams *params, GError **error)
{
	g_autoptr(PGresult) result =
		store_execute(store, statement, params, error);

	return result != NULL ? store_table_new(result) : NULL;
}

void store_table_free(StoreTable *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->column_count * table->row_count; i++)
		g_free(table->cells[i]);
	for (size_t i = 0; i < table->column_count; i++)
		g_free(table->columns[i].name);
	g_free(table->cells);
	g_free(table->columns);
	g_free(table);
}

void store_table_cut(StoreTable *table, size_t rows)
{
	for (size_t i = rows * table->column_count;
		i < table->row_count * table->column_count; i++)
		g_free(table->cells[i]);
	table->row_count = rows;
}

static bool find_column(
	const StoreTable *table, const char *name, size_t *column)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (strcmp(table->columns[i].name, name) == 0) {
			*column = i;
			return true;
		}
	}
	return false;
}

void store_table_drop(StoreTable *table, const char *name)
{
	size_t gone;
	size_t kept = 0;

	if (!find_column(table, name, &gone))
		return;
	for (size_t i = 0; i < table->column_count * table->row_count; i++) {
		if (i % table->column_count == gone)
			g_free(table->cells[i]);
		else
			table->cells[kept++] = table->cells[i];
	}
	g_free(table->columns[gone].name);
	table->column_count--;
	for (size_t i = gone; i < table->column_count; i++)
		table->columns[i] = table->columns[i + 1];
}

void store_table_replace(StoreTable *table, const char *name, const char *by)
{
	size_t to;
	size_t from;

	if (!find_column(table, by, &from) || !find_column(table, name, &to))
		return;
	for (size_t row = 0; row < table->row_count; row++) {
		char **cells = &table->cells[row * table->column_count];

		g_free(cells[to]);
		cells[to] = g_steal_pointer(&cells[from]);
	}
	store_table_drop(table, by);
}

static char **find(const StoreTable *table, size_t row, const char *name)
{
	size_t column;

	if (find_column(table, name, &column))
		return &table->cells[row * table->column_count + column];
	g_error("a query has no column %s", name);
}

char *store_table_get(const StoreTable *table, size_t row, const char *name)
{
	return *find(table, row, name);
}

char *store_table_take(StoreTable *table, size_t row, const char *name)
{
	return g_steal_pointer(find(table, row, name));
}

int64_t store_table_get_number(
	const StoreTable *table, size_t row, const char *name)
{
	const char *text = store_table_get(table, row, name);

	return text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
}
