/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "cli/command.h"
#include "cli/day.h"
#include "parser/address.h"
#include "sql/store-query.h"

enum {
	DEFAULT_LIMIT = 1000,
};

static char *since;
static char *until;
static char *domain;
static char *organization;
static char *type;
static int limit = DEFAULT_LIMIT;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"since", 's', 0, G_OPTION_ARG_STRING, &since,
		"from this day on: YYYY-MM-DD, or 30d for 30 days ago", "DAY"},
	{"until", 'u', 0, G_OPTION_ARG_STRING, &until,
		"up to and including this day", "DAY"},
	{"domain", 'D', 0, G_OPTION_ARG_STRING, &domain,
		"only this policy domain; * matches anything", "DOMAIN"},
	{"organization", 'o', 0, G_OPTION_ARG_STRING, &organization,
		"only this reporter; * matches anything", "NAME"},
	{"type", 't', 0, G_OPTION_ARG_STRING, &type,
		"only this result type; * matches anything", "TYPE"},
	{"limit", 'n', 0, G_OPTION_ARG_INT, &limit,
		"at most this many rows, 0 for all (default 1000)", "ROWS"},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print an array of JSON objects", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print comma-separated values (RFC 4180)", NULL},
	{NULL},
};

/* The filter with texts that the filter itself only borrows: the first and the
 * last day, and the domain. */
typedef struct {
	char *days[2];
	char *domain;
	StoreQueryFilter filter;
} Selection;

static void selection_clear(Selection *selection)
{
	g_free(selection->days[0]);
	g_free(selection->days[1]);
	g_free(selection->domain);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, selection_clear)

/* As reports are stored: a person may write an umlaut or a dot at the end. */
static char *make_domain(const char *text)
{
	char *canonical = text != NULL ? address_canonical_domain(text) : NULL;

	return canonical != NULL ? canonical : g_strdup(text);
}

static bool selection_init(Selection *selection, GError **error)
{
	const char *const period[] = {since, until};

	if (limit < 0) {
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_BAD_VALUE,
			"--limit must be a number of rows");
		return false;
	}
	if (!day_parse_period(period, g_get_real_time() / G_USEC_PER_SEC,
		    selection->days, error))
		return false;
	selection->domain = make_domain(domain);
	selection->filter = (StoreQueryFilter){
		.since = selection->days[0],
		.until = selection->days[1],
		.domain = selection->domain,
		.organization = organization,
		.type = type,
		.limit = (size_t)limit,
	};
	return true;
}

static void print_table(const StoreTable *table, TableFormat format)
{
	if (table->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("Nothing found.\n");
	else
		command_print_table(table, format);
	if (limit > 0 && table->row_count == (size_t)limit)
		command_complain("only %d rows are shown: see --limit", limit);
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
