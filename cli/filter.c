/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/filter.h"

#include <string.h>

#include "cli/command.h"
#include "cli/nearest.h"
#include "parser/address.h"

/* As reports are stored: a person may write an umlaut or a dot at the end. */
static char *make_domain(const char *text)
{
	char *canonical = address_canonical_domain(text);

	return canonical != NULL ? canonical : g_ascii_strdown(text, -1);
}

static char *make_organization(const char *text)
{
	return g_strdup(text);
}

static char *make_type(const char *text)
{
	return g_ascii_strdown(text, -1);
}

static void add(GPtrArray *names, const char *value, const char *separator,
	char *(*make)(const char *text))
{
	g_auto(GStrv) parts = g_regex_split_simple(separator, value, 0, 0);

	for (size_t i = 0; parts != NULL && parts[i] != NULL; i++) {
		const char *part = g_strstrip(parts[i]);

		if (*part != '\0')
			g_ptr_array_add(names, make(part));
	}
}

static char **make_names(char *const *values, const char *separator,
	char *(*make)(const char *text))
{
	GPtrArray *names;

	if (values == NULL)
		return NULL;
	names = g_ptr_array_new();
	for (; *values != NULL; values++)
		add(names, *values, separator, make);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

void filter_names_init(FilterNames *names, char *const *domains,
	char *const *organizations, char *const *types)
{
	names->domains = make_names(domains, ",", make_domain);
	names->organizations =
		make_names(organizations, ",(?! )", make_organization);
	names->types = make_names(types, ",", make_type);
}

void filter_names_clear(FilterNames *names)
{
	g_strfreev(names->domains);
	g_strfreev(names->organizations);
	g_strfreev(names->types);
}

void filter_names_set(const FilterNames *names, StoreQueryFilter *filter)
{
	filter->domains = (const char *const *)names->domains;
	filter->organizations = (const char *const *)names->organizations;
	filter->types = (const char *const *)names->types;
}

/* What is said about an unknown name. */
static const struct {
	const char *kind;
	const char *words;
} kinds[] = {
	{"domain", "no report names the domain"},
	{"reporter", "no report is from"},
	{"type", "no report has the result type"},
};

static size_t complain(const StoreTable *table, size_t kind)
{
	g_autoptr(GPtrArray) candidates = g_ptr_array_new();
	size_t count = 0;

	for (size_t row = 0; row < table->row_count; row++) {
		char *name = store_table_get(table, row, "candidate");

		if (name != NULL && strcmp(store_table_get(table, row, "kind"),
					    kinds[kind].kind) == 0)
			g_ptr_array_add(candidates, name);
	}
	for (size_t row = 0; row < table->row_count; row++) {
		const char *name = store_table_get(table, row, "name");
		g_autofree char *near = NULL;

		if (name == NULL || strcmp(store_table_get(table, row, "kind"),
					    kinds[kind].kind) != 0)
			continue;
		near = nearest_list(name, candidates);
		command_complain("%s \"%s\"%s%s", kinds[kind].words, name,
			near != NULL ? "; nearest: " : "",
			near != NULL ? near : "");
		count++;
	}
	return count;
}

bool filter_check_names(Store *store, const StoreQueryFilter *filter,
	size_t *count, GError **error)
{
	g_autoptr(StoreTable) table = store_query_unknown(store, filter, error);
	size_t sum = 0;

	for (size_t i = 0; table != NULL && i < G_N_ELEMENTS(kinds); i++)
		sum += complain(table, i);
	if (count != NULL)
		*count = sum;
	return table != NULL;
}
