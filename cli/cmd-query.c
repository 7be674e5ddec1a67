/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdbool.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/day.h"
#include "cli/filter.h"
#include "cli/report-stored.h"
#include "cli/text.h"
#include "sql/store-query.h"

enum {
	DEFAULT_LIMIT = 1000,
	/* No number that a person gives. */
	UNSET = INT_MIN,
};

/* What is summed up where nobody says of which days. */
#define DEFAULT_PERIOD "30d"

static char *since;
static char *until;
static char **domains;
static char **organizations;
static char **types;
static gboolean authenticated;
static int limit = UNSET;
static gboolean details;
static char *report_id;
static gboolean json;
static gboolean csv;

/* Of all queries; one of a single query is behind them. */
#define QUERY_OPTIONS                                                          \
	{"since", 's', 0, G_OPTION_ARG_STRING, &since,                         \
		"from this day on: YYYY-MM-DD, today, 30d, 2w, 3m ago",        \
		"DAY"},                                                        \
		{"until", 'u', 0, G_OPTION_ARG_STRING, &until,                 \
			"up to and including this day", "DAY"},                \
		{"domain", 'D', 0, G_OPTION_ARG_STRING_ARRAY, &domains,        \
			"only these policy domains; * matches anything",       \
			"LIST"},                                               \
		{"organization", 'o', 0, G_OPTION_ARG_STRING_ARRAY,            \
			&organizations,                                        \
			"only these reporters; * matches anything", "LIST"},   \
		{"type", 't', 0, G_OPTION_ARG_STRING_ARRAY, &types,            \
			"only these result types; * matches anything",         \
			"LIST"},                                               \
		{"authenticated", 'a', 0, G_OPTION_ARG_NONE, &authenticated,   \
			"leave unauthenticated reports out", NULL},            \
		{"limit", 'n', 0, G_OPTION_ARG_INT, &limit,                    \
			"at most this many rows, 0 for all (default 1000)",    \
			"ROWS"},                                               \
		{"json", 'j', 0, G_OPTION_ARG_NONE, &json,                     \
			"print an array of JSON objects", NULL},               \
	{                                                                      \
		"csv", 0, 0, G_OPTION_ARG_NONE, &csv,                          \
			"print comma-separated values (RFC 4180)", NULL        \
	}

static const GOptionEntry sum_options[] = {QUERY_OPTIONS, {NULL}};

static const GOptionEntry failures_options[] = {
	QUERY_OPTIONS,
	{"details", 0, 0, G_OPTION_ARG_NONE, &details,
		"also reason codes, addresses and greetings", NULL},
	{NULL},
};

static const GOptionEntry reports_options[] = {
	QUERY_OPTIONS,
	{"show", 0, 0, G_OPTION_ARG_STRING, &report_id,
		"explain the report of this id or key", "ID"},
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

static bool has_default_period(StoreQueryKind kind)
{
	return kind != STORE_QUERY_REPORTS && since == NULL && until == NULL;
}

static bool selection_init(
	Selection *selection, StoreQueryKind kind, GError **error)
{
	const char *const period[] = {
		has_default_period(kind) ? DEFAULT_PERIOD : since, until};

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
	selection->filter.details = details;
	/* One more shows whether there are more. */
	selection->filter.limit =
		limit == UNSET ? DEFAULT_LIMIT + 1 : (size_t)limit;
	return true;
}

/* Says of which days it is where nobody has chosen them. */
static void print_text(StoreTable *table, const char *first_day)
{
	if (table->row_count == 0 && first_day != NULL)
		command_printf(
			"Nothing found since %s; see --since.\n", first_day);
	else if (table->row_count == 0)
		command_print("Nothing found.\n");
	else if (first_day != NULL)
		command_printf("Since %s; see --since.\n\n", first_day);
	if (table->row_count > 0 && details)
		command_print_records(table);
	else if (table->row_count > 0)
		command_print_table(table, TABLE_FORMAT_TEXT);
}

static void print_result(
	StoreTable *table, TableFormat format, const char *first_day)
{
	bool more = limit == UNSET && table->row_count > DEFAULT_LIMIT;

	if (more)
		store_table_cut(table, DEFAULT_LIMIT);
	if (format == TABLE_FORMAT_TEXT)
		print_text(table, first_day);
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

static const char *const detail_columns[] = {
	"failure_reason_codes",
	"receiving_ips",
	"receiving_mx_helos",
	"sending_mta_ips",
};

static StoreTable *query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error)
{
	StoreTable *table = store_query(store, kind, filter, error);

	for (size_t i = 0;
		table != NULL && !details && i < G_N_ELEMENTS(detail_columns);
		i++)
		store_table_drop(table, detail_columns[i]);
	return table;
}

/* A note on a row is too long for a column: it comes after the table. */
static GString *take_notes(StoreTable *table)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	GString *notes = g_string_new(NULL);

	for (size_t row = 0; row < table->row_count; row++) {
		const char *note = store_table_get(table, row, "note");
		g_autofree char *text = NULL;

		if (note == NULL)
			continue;
		text = text_escape(note, style.utf8);
		g_string_append_c(notes, '\n');
		text_append_wrapped(notes, text, 0, style.width);
	}
	store_table_drop(table, "note");
	return notes;
}

static CommandStatus run_in(Store *store, StoreQueryKind kind,
	const Selection *selection, TableFormat format)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) notes = NULL;
	g_autoptr(StoreTable) table =
		query(store, kind, &selection->filter, &error);

	if (table == NULL)
		return command_fail(error);
	if (kind == STORE_QUERY_REPORTERS && format == TABLE_FORMAT_TEXT)
		notes = take_notes(table);
	print_result(table, format,
		has_default_period(kind) ? selection->filter.since : NULL);
	if (notes != NULL)
		command_print(notes->str);
	if (!check_names(store, selection, table->row_count > 0, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

static CommandStatus run_query(StoreQueryKind kind, const CommandLine *line)
{
	g_auto(Selection) selection = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	TableFormat format;

	if (!command_get_format(json, csv, &format, &error) ||
		!selection_init(&selection, kind, &error))
		return command_fail(error);
	store = command_connect(line, &error);
	if (store == NULL)
		return command_fail(error);
	if (report_id != NULL)
		return report_stored_show(
			store, report_id, &selection.filter, json);
	return run_in(store, kind, &selection, format);
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
	if (report_id != NULL && csv) {
		command_complain("reports: a report is not shown as --csv");
		return COMMAND_USAGE;
	}
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
	.options = sum_options,
	.run = run_summary,
};

const Command cmd_query_failures = {
	.name = "failures",
	.arguments = "",
	.summary = "show what failed, by type, domain, reporter and MX",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = failures_options,
	.run = run_failures,
};

const Command cmd_query_reports = {
	.name = "reports",
	.arguments = "",
	.summary = "list the reports, latest days first",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = reports_options,
	.run = run_reports,
};

const Command cmd_query_reporters = {
	.name = "reporters",
	.arguments = "",
	.summary = "show who reports, how much, and from when to when",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = sum_options,
	.run = run_reporters,
};
