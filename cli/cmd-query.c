/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdbool.h>

#include "cli/command.h"
#include "cli/day.h"
#include "cli/filter.h"
#include "sql/store-query.h"

enum {
	DEFAULT_LIMIT = 1000,
	/* No number that a person gives. */
	UNSET = INT_MIN,
};

static char *since;
static char *until;
static char **domains;
static char **organizations;
static char **types;
static gboolean authenticated;
static int limit = UNSET;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"since", 's', 0, G_OPTION_ARG_STRING, &since,
		"from this day on: YYYY-MM-DD, today, 30d, 2w, 3m ago", "DAY"},
	{"until", 'u', 0, G_OPTION_ARG_STRING, &until,
		"up to and including this day", "DAY"},
	{"domain", 'D', 0, G_OPTION_ARG_STRING_ARRAY, &domains,
		"only these policy domains; * matches anything", "LIST"},
	{"organization", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &organizations,
		"only these reporters; * matches anything", "LIST"},
	{"type", 't', 0, G_OPTION_ARG_STRING_ARRAY, &types,
		"only these result types; * matches anything", "LIST"},
	{"authenticated", 'a', 0, G_OPTION_ARG_NONE, &authenticated,
		"leave unauthenticated reports out", NULL},
	{"limit", 'n', 0, G_OPTION_ARG_INT, &limit,
		"at most this many rows, 0 for all (default 1000)", "ROWS"},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print an array of JSON objects", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print comma-separated values (RFC 4180)", NULL},
	{NULL},
};

/* The filter with texts that the filter itself only borrows. */
typedef struct {
	char *days[2];
	FilterNames names;
	StoreQueryFilter filter;
} Selection;

static void selection_clear(Selection *selection)
{
	g_free(selection->days[0]);
	g_free(selection->days[1]);
	filter_names_clear(&selection->names);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, selection_clear)

static bool selection_init(Selection *selection, GError **error)
{
	const char *const period[] = {since, until};

	if (limit < 0 && limit != UNSET) {
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_BAD_VALUE,
			"--limit must be a number of rows");
		return false;
	}
	if (!day_parse_period(period, g_get_real_time() / G_USEC_PER_SEC,
		    selection->days, error))
		return false;
	filter_names_init(&selection->names, domains, organizations, types);
	filter_names_set(&selection->names, &selection->filter);
	selection->filter.since = selection->days[0];
	selection->filter.until = selection->days[1];
	selection->filter.authenticated = authenticated;
	/* One more shows whether there are more. */
	selection->filter.limit =
		limit == UNSET ? DEFAULT_LIMIT + 1 : (size_t)limit;
	return true;
}

static void print_table(StoreTable *table, TableFormat format)
{
	bool more = limit == UNSET && table->row_count > DEFAULT_LIMIT;

	if (more)
		store_table_cut(table, DEFAULT_LIMIT);
	if (table->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("Nothing found.\n");
	else
		command_print_table(table, format);
	if (more)
		command_complain("there are more than these %d rows: see "
				 "--limit",
			DEFAULT_LIMIT);
}

static bool has_several(char **names)
{
	return names != NULL && names[0] != NULL && names[1] != NULL;
}

/* To ask for names costs time where there are many reports, and where something
 * was found by the only name, it is there. */
static bool check_names(
	Store *store, const Selection *selection, bool found, GError **error)
{
	const FilterNames *names = &selection->names;

	return (found && !has_several(names->domains) &&
		       !has_several(names->organizations) &&
		       !has_several(names->types)) ||
	       filter_check_names(store, &selection->filter, NULL, error);
}

static CommandStatus run_query(StoreQueryKind kind, const CommandLine *line)
{
	g_auto(Selection) selection = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(StoreTable) table = NULL;
	TableFormat format;

	if (!command_get_format(json, csv, &format, &error) ||
		!selection_init(&selection, &error))
		return command_fail(error);
	store = command_connect(line, &error);
	if (store == NULL)
		return command_fail(error);
	table = store_query(store, kind, &selection.filter, &error);
	if (table == NULL)
		return command_fail(error);
	print_table(table, format);
	if (!check_names(store, &selection, table->row_count > 0, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

static CommandStatus run_summary(const CommandLine *line)
{
	return run_query(STORE_QUERY_SUMMARY, line);
}

static CommandStatus run_failures(const CommandLine *line)
{
	return run_query(STORE_QUERY_FAILURES, line);
}

static CommandStatus run_reports(const CommandLine *line)
{
	return run_query(STORE_QUERY_REPORTS, line);
}

static CommandStatus run_reporters(const CommandLine *line)
{
	return run_query(STORE_QUERY_REPORTERS, line);
}

const Command cmd_query_summary = {
	.name = "summary",
	.arguments = "",
	.summary = "show reports and sessions for each policy domain",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run_summary,
};

const Command cmd_query_failures = {
	.name = "failures",
	.arguments = "",
	.summary = "show what failed, by type, domain, reporter and MX",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run_failures,
};

const Command cmd_query_reports = {
	.name = "reports",
	.arguments = "",
	.summary = "list the reports, latest days first",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run_reports,
};

const Command cmd_query_reporters = {
	.name = "reporters",
	.arguments = "",
	.summary = "show who reports, how much, and from when to when",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run_reporters,
};
