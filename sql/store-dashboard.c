/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-dashboard.h"

#include <string.h>

#include "sql/schema.h"
#include "sql/store-view.h"

static void append_row(GString *json, const StoreTable *table)
{
	for (size_t c = 0; c < table->column_count; c++) {
		const char *value = table->cells[c];

		g_string_append_printf(json,
			"%s\"%s\":", json->len > 1 ? ",\n" : "",
			table->columns[c].name);
		g_string_append(json, value != NULL ? value : "null");
	}
}

static char *make_json(const GPtrArray *tables)
{
	GString *json = g_string_new("{");

	for (unsigned i = 0; i < tables->len; i++)
		append_row(json, g_ptr_array_index(tables, i));
	g_string_append(json, "}\n");
	return g_string_free(json, FALSE);
}

/* Up to the last that the statement names. */
static int count_parameters(const char *statement)
{
	int count = 0;

	for (const char *at = strchr(statement, '$'); at != NULL;
		at = strchr(at + 1, '$'))
		count = MAX(count, g_ascii_digit_value(at[1]));
	return count;
}

/* Each gives one row, whose columns are JSON. */
static GPtrArray *read_tables(
	Store *store, const StoreParams *params, GError **error)
{
	g_auto(GStrv) files = schema_list_dashboard();
	size_t count = g_strv_length(files);
	g_autofree StoreView *views = g_new0(StoreView, count);

	for (size_t i = 0; i < count; i++) {
		const char *statement = schema_get_text(files[i]);

		views[i] = (StoreView){statement, count_parameters(statement)};
	}
	return store_view_read_all(store, views, count, params, error);
}

char *store_dashboard_read(
	Store *store, const StoreDashboardFilter *filter, GError **error)
{
	g_autofree char *patterns = NULL;
	g_autofree char *exact = NULL;
	/* $1 to $5 of the statements: patterns of domains, the first and last
	 * day, the domains where none is a pattern, whether what is shown is
	 * authenticated. All but the first day may be NULL. */
	const char *values[] = {NULL, filter->since, filter->until, NULL,
		filter->authenticated ? "true" : NULL};
	const StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(GPtrArray) tables = NULL;

	store_view_make_names(filter->domains, &patterns, &exact);
	values[0] = patterns;
	values[3] = exact;
	tables = read_tables(store, &params, error);
	return tables != NULL ? make_json(tables) : NULL;
}
