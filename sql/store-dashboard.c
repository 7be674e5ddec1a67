/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-dashboard.h"

#include <string.h>

#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

/* $1 to $6 of the statements: patterns of domains, the first and last day, the
 * domains where none is a pattern, whether what is shown is authenticated,
 * whether each domain has a page. All but the first day may be NULL. */
enum {
	PARAMETER_COUNT = 6,
};

/* Not every statement has all of them. Types that are built in have the same
 * numbers in every database. */
enum {
	BOOLEAN = 16,
	TEXT_ARRAY = 1009,
	DATE = 1082,
};

static const Oid types[PARAMETER_COUNT] = {
	TEXT_ARRAY, DATE, DATE, TEXT_ARRAY, BOOLEAN, BOOLEAN};

static const char policies[] = "query/policies.sql";

void store_dashboard_page_free(StoreDashboardPage *page)
{
	if (page == NULL)
		return;
	g_string_free(page->members, TRUE);
	g_free(page->stored);
	g_free(page);
}

static void free_page(void *page)
{
	store_dashboard_page_free(page);
}

/* What the page of that name has so far. */
static StoreDashboardPage *get_page(GHashTable *pages, const char *name)
{
	StoreDashboardPage *page = g_hash_table_lookup(pages, name);

	if (page == NULL) {
		page = g_new0(StoreDashboardPage, 1);
		page->members = g_string_new(NULL);
		g_hash_table_insert(pages, g_strdup(name), page);
	}
	return page;
}

static void append_member(GString *members, const char *name, const char *json)
{
	g_string_append_printf(
		members, "%s\"%s\":", members->len > 0 ? ",\n" : "", name);
	g_string_append(members, json != NULL ? json : "null");
}

/* The first column names the page. */
static void append_row(GHashTable *pages, const StoreTable *table, char **cells)
{
	StoreDashboardPage *page = get_page(pages, cells[0]);

	for (size_t c = 1; c < table->column_count; c++) {
		if (strcmp(table->columns[c].name, "stored") == 0)
			page->stored = g_steal_pointer(&cells[c]);
		else
			append_member(page->members, table->columns[c].name,
				cells[c]);
	}
}

static GHashTable *make_pages(const GPtrArray *tables)
{
	GHashTable *pages = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, free_page);

	for (unsigned i = 0; i < tables->len; i++) {
		const StoreTable *table = g_ptr_array_index(tables, i);

		for (size_t row = 0; row < table->row_count; row++)
			append_row(pages, table,
				&table->cells[row * table->column_count]);
	}
	return pages;
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

static StoreView make_view(const char *file)
{
	const char *statement = schema_get_text(file);

	return (StoreView){statement, count_parameters(statement)};
}

/* Each gives a row for a page, whose other columns are JSON. Policies are
 * judged in one go, which takes no longer for all domains than for some. */
static GPtrArray *read_tables(Store *store, const StoreParams *params,
	bool with_policies, GError **error)
{
	g_auto(GStrv) files = schema_list_dashboard();
	size_t count = g_strv_length(files);
	g_autofree StoreView *views = g_new0(StoreView, count + 1);

	for (size_t i = 0; i < count; i++)
		views[i] = make_view(files[i]);
	if (with_policies)
		views[count++] = make_view(policies);
	return store_view_read_all(store, views, count, params, error);
}

static GHashTable *read_pages(Store *store, const char *const *values,
	bool with_policies, GError **error)
{
	const StoreParams params = {PARAMETER_COUNT, values, .types = types};
	g_autoptr(GPtrArray) tables =
		read_tables(store, &params, with_policies, error);

	return tables != NULL ? make_pages(tables) : NULL;
}

StoreDashboardPage *store_dashboard_read(
	Store *store, const StoreDashboardFilter *filter, GError **error)
{
	g_autofree char *patterns = NULL;
	g_autofree char *exact = NULL;
	const char *values[PARAMETER_COUNT] = {NULL, filter->since,
		filter->until, NULL, filter->authenticated ? "true" : NULL};
	g_autoptr(GHashTable) pages = NULL;
	g_autofree char *name = NULL;
	void *page;

	store_view_make_names(filter->domains, &patterns, &exact);
	values[0] = patterns;
	values[3] = exact;
	pages = read_pages(store, values, true, error);
	if (pages == NULL)
		return NULL;
	get_page(pages, "");
	g_hash_table_steal_extended(pages, "", (void **)&name, &page);
	return page;
}

GHashTable *store_dashboard_read_each(
	Store *store, const StoreDashboardFilter *filter, GError **error)
{
	g_autofree char *names = text_array_write(filter->domains);
	const char *values[PARAMETER_COUNT] = {names, filter->since,
		filter->until, names, filter->authenticated ? "true" : NULL,
		"true"};

	return read_pages(store, values, false, error);
}

void store_dashboard_list_free(StoreDashboardList *list)
{
	if (list == NULL)
		return;
	store_table_free(list->domains);
	g_free(list->modes);
	g_free(list->rollout);
	g_free(list);
}

/* A cell of a table that has one row or none. */
static char *take_cell(StoreTable *table, const char *column)
{
	return table->row_count > 0 ? store_table_take(table, 0, column) : NULL;
}

static StoreDashboardList *make_list(GPtrArray *tables)
{
	StoreDashboardList *list = g_new0(StoreDashboardList, 1);

	list->rollout = take_cell(g_ptr_array_index(tables, 2), "rollout");
	list->modes = take_cell(g_ptr_array_index(tables, 1), "modes");
	list->domains = g_ptr_array_steal_index(tables, 0);
	return list;
}

StoreDashboardList *store_dashboard_list(
	Store *store, const StoreDashboardFilter *filter, GError **error)
{
	const StoreView views[] = {
		make_view("query/pages.sql"),
		make_view("query/dashboard-modes.sql"),
		make_view(policies),
	};
	g_autofree char *patterns = NULL;
	g_autofree char *exact = NULL;
	const char *values[PARAMETER_COUNT] = {NULL, filter->since,
		filter->until, NULL, filter->authenticated ? "true" : NULL};
	const StoreParams params = {PARAMETER_COUNT, values, .types = types};
	g_autoptr(GPtrArray) tables = NULL;

	store_view_make_names(filter->domains, &patterns, &exact);
	values[0] = patterns;
	values[3] = exact;
	tables = store_view_read_all(
		store, views, G_N_ELEMENTS(views), &params, error);
	return tables != NULL ? make_list(tables) : NULL;
}
