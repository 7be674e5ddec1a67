/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-query.h"

#include <string.h>

#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

/* All have the same parameters, each of which may be NULL: $1 and $2 are the
 * first and last day, $3, $4 and $5 patterns of domains, organizations and
 * result types, $6 is how many rows, $7 whether they are authenticated, $8 are
 * the domains where none is a pattern, and $9 whether details are wanted. Some
 * have another statement where domains are given. */
static const struct {
	const char *name;
	const char *about;
} queries[] = {
	[STORE_QUERY_SUMMARY] = {"query/summary.sql", NULL},
	[STORE_QUERY_FAILURES] = {"query/failures.sql", NULL},
	[STORE_QUERY_REPORTS] = {"query/reports.sql",
		"query/reports-about.sql"},
	[STORE_QUERY_REPORTERS] = {"query/reporters.sql", NULL},
};

/* date, text[], bigint and boolean, for statements that leave some out. */
static const Oid oids[] = {1082, 1082, 1009, 1009, 1009, 20, 16, 1009, 16};

enum {
	DOMAINS,
	ORGANIZATIONS,
	TYPES,
	NAMES,
};

/* Names as parameters. */
typedef struct {
	char *patterns[NAMES];
	char *exact[NAMES];
} Names;

static void names_init(Names *names, const StoreQueryFilter *filter)
{
	const char *const *const lists[] = {
		filter->domains, filter->organizations, filter->types};

	for (size_t i = 0; i < NAMES; i++)
		store_view_make_names(
			lists[i], &names->patterns[i], &names->exact[i]);
}

static void names_clear(Names *names)
{
	for (size_t i = 0; i < NAMES; i++) {
		g_free(names->patterns[i]);
		g_free(names->exact[i]);
	}
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error)
{
	g_auto(Names) names;
	g_autofree char *limit = g_strdup_printf("%zu", filter->limit);
	const char *values[] = {filter->since, filter->until, NULL, NULL, NULL,
		filter->limit > 0 ? limit : NULL,
		filter->authenticated ? "true" : NULL, NULL,
		filter->details ? "true" : "false"};
	const StoreParams params = {
		G_N_ELEMENTS(values), values, .types = oids};
	const char *name = queries[kind].name;

	names_init(&names, filter);
	values[2] = names.patterns[DOMAINS];
	values[3] = names.patterns[ORGANIZATIONS];
	values[4] = names.patterns[TYPES];
	values[7] = names.exact[DOMAINS];
	if (values[2] != NULL && queries[kind].about != NULL)
		name = queries[kind].about;
	return store_view_read(store, schema_get_text(name), &params, error);
}

StoreTable *store_query_report_ids(Store *store, const char *id,
	const StoreQueryFilter *filter, GError **error)
{
	const char *values[] = {id, filter->since, filter->until};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(store, schema_get_text("query/report-find.sql"),
		&params, error);
}

StoreTable *store_query_report(
	Store *store, const char *day, const char *report_key, GError **error)
{
	const char *values[] = {day, report_key};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(
		store, schema_get_text("query/report-get.sql"), &params, error);
}

/* Without the patterns. */
static char *write_exact(const char *const *names)
{
	GString *array = g_string_new(NULL);

	for (; names != NULL && *names != NULL; names++) {
		if (strchr(*names, '*') == NULL)
			text_array_add(array, *names);
	}
	text_array_end(array);
	return g_string_free(array, FALSE);
}

StoreTable *store_query_unknown(
	Store *store, const StoreQueryFilter *filter, GError **error)
{
	g_autofree char *domains = write_exact(filter->domains);
	g_autofree char *organizations = write_exact(filter->organizations);
	g_autofree char *types = write_exact(filter->types);
	const char *values[] = {domains, organizations, types};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(
		store, schema_get_text("query/unknown.sql"), &params, error);
}
