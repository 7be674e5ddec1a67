/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-view.h"

#include <stdbool.h>
#include <string.h>

#include "sql/error.h"
#include "sql/schema.h"
#include "sql/text-array.h"

static void free_table(void *table)
{
	store_table_free(table);
}

static bool read_one(GPtrArray *tables, PGconn *connection,
	const StoreView *view, const StoreParams *params, GError **error)
{
	const StoreParams some = {.count = view->parameters,
		.values = params->values,
		.types = params->types};
	g_autoptr(PGresult) result =
		store_run(connection, view->statement, &some, error);

	if (result != NULL)
		g_ptr_array_add(tables, store_table_new(result));
	return result != NULL;
}

static GPtrArray *run_in_transaction(PGconn *connection, const StoreView *views,
	size_t count, const StoreParams *params, GError **error)
{
	g_autoptr(GPtrArray) tables =
		g_ptr_array_new_with_free_func(free_table);
	g_autoptr(PGresult) begun = store_run(connection,
		schema_get_text("query/begin-view.sql"), NULL, error);

	if (begun == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (!read_one(tables, connection, &views[i], params, error))
			return NULL;
	}
	PQclear(store_run(connection, "COMMIT", NULL, NULL));
	return g_steal_pointer(&tables);
}

/* To a role that may use neither schema the views do not exist. */
static void fail(Store *store, GError *problem, GError **error)
{
	g_autoptr(GError) reason = NULL;

	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_SCHEMA) &&
		!store_check(store, &reason)) {
		g_error_free(problem);
		problem = g_steal_pointer(&reason);
	}
	g_propagate_error(error, problem);
}

GPtrArray *store_view_read_all(Store *store, const StoreView *views,
	size_t count, const StoreParams *params, GError **error)
{
	PGconn *connection = store_borrow(store, error);
	g_autoptr(GError) problem = NULL;
	GPtrArray *tables;

	if (connection == NULL)
		return NULL;
	tables = run_in_transaction(connection, views, count, params, &problem);
	store_return(store, connection);
	if (tables == NULL)
		fail(store, g_steal_pointer(&problem), error);
	return tables;
}

StoreTable *store_view_read(Store *store, const char *statement,
	const StoreParams *params, GError **error)
{
	const StoreView view = {statement, params->count};
	g_autoptr(GPtrArray) tables =
		store_view_read_all(store, &view, 1, params, error);

	return tables != NULL ? g_ptr_array_steal_index(tables, 0) : NULL;
}

static char *make_pattern(const char *text)
{
	GString *pattern = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			g_string_append_c(pattern, '\\');
		g_string_append_c(
			pattern, *text == '*' ? '%' : g_ascii_tolower(*text));
	}
	return g_string_free(pattern, FALSE);
}

void store_view_make_names(
	const char *const *names, char **patterns, char **exact)
{
	GString *made = g_string_new(NULL);
	bool any = false;
	size_t i;

	*patterns = NULL;
	*exact = NULL;
	for (i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree char *pattern = make_pattern(names[i]);

		text_array_add(made, pattern);
		any |= strchr(names[i], '*') != NULL;
	}
	text_array_end(made);
	if (i > 0)
		*patterns = g_strdup(made->str);
	if (i > 0 && !any)
		*exact = text_array_write(names);
	g_string_free(made, TRUE);
}
