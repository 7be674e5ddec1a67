/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-query.h"

#include "sql/schema.h"
#include "sql/store-view.h"

/* All have the same parameters. */
static const char *const queries[] = {
	[STORE_QUERY_SUMMARY] = "query/summary.sql",
	[STORE_QUERY_FAILURES] = "query/failures.sql",
	[STORE_QUERY_REPORTS] = "query/reports.sql",
	[STORE_QUERY_REPORTERS] = "query/reporters.sql",
};

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error)
{
	g_autofree char *domain = store_view_make_pattern(filter->domain);
	g_autofree char *organization =
		store_view_make_pattern(filter->organization);
	g_autofree char *type = store_view_make_pattern(filter->type);
	g_autofree char *limit = NULL;
	const char *values[] = {
		filter->since, filter->until, domain, organization, type, NULL};
	StoreParams params = {G_N_ELEMENTS(values), values};

	if (filter->limit > 0) {
		limit = g_strdup_printf("%zu", filter->limit);
		values[5] = limit;
	}
	return store_view_read(
		store, schema_get_text(queries[kind]), &params, error);
}
