/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-dashboard.h"

#include "sql/schema.h"
#include "sql/store-view.h"

/* Each gives one row, whose columns are JSON. Parameters: domain, since,
 * until. */
static const struct {
	const char *name;
	int parameters;
} files[] = {
	{"query/dashboard-period.sql", 0},
	{"query/dashboard-types.sql", 0},
	{"query/dashboard-alerts.sql", 1},
	{"query/dashboard-sessions.sql", 3},
	{"query/dashboard-reports.sql", 3},
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
	StoreView views[G_N_ELEMENTS(files)];

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		views[i] = (StoreView){
			schema_get_text(files[i].name), files[i].parameters};
	return store_view_read_all(
		store, views, G_N_ELEMENTS(views), params, error);
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
