/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-dashboard.h"

#include <gio/gio.h>

#include "sql/schema-resource.h"
#include "sql/store-view.h"

/* Each gives one row, whose columns are JSON. Parameters: domain, since,
 * until. */
static const struct {
	const char *path;
	int parameters;
} files[] = {
	{"/tlsrpt/dashboard/period.sql", 0},
	{"/tlsrpt/dashboard/types.sql", 0},
	{"/tlsrpt/dashboard/alerts.sql", 1},
	{"/tlsrpt/dashboard/sessions.sql", 3},
	{"/tlsrpt/dashboard/reports.sql", 3},
};

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

static GPtrArray *read_tables(
	Store *store, const StoreParams *params, GError **error)
{
	GBytes *texts[G_N_ELEMENTS(files)] = {NULL};
	StoreView views[G_N_ELEMENTS(files)];
	GPtrArray *tables;

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		texts[i] = g_resource_lookup_data(schema_get_resource(),
			files[i].path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
		/* GResource ends its data with a NUL that it does not count. */
		views[i] = (StoreView){
			g_bytes_get_data(texts[i], NULL), files[i].parameters};
	}
	tables = store_view_read_all(
		store, views, G_N_ELEMENTS(views), params, error);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		g_bytes_unref(texts[i]);
	return tables;
}

char *store_dashboard_read(
	Store *store, const StoreDashboardFilter *filter, GError **error)
{
	g_autofree char *domain = store_view_make_pattern(filter->domain);
	const char *values[] = {domain, filter->since, filter->until};
	const StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(GPtrArray) tables = read_tables(store, &params, error);

	return tables != NULL ? make_json(tables) : NULL;
}
