/* SPDX-License-Identifier: BSD-2-Clause */
#include <gio/gio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/day.h"
#include "cli/filter.h"
#include "cli/html-data.h"
#include "cli/html-each.h"
#include "cli/html.h"
#include "sql/store-dashboard.h"

static char *output;
static char *each;
static char *title;
static char *since;
static char *until;
static char **domains;
static gboolean authenticated;

static const GOptionEntry options[] = {
	{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
		"write the page to FILE, - for standard output", "FILE"},
	{"each", 0, 0, G_OPTION_ARG_FILENAME, &each,
		"write a page for each domain, and a list, into DIR", "DIR"},
	{"title", 0, 0, G_OPTION_ARG_STRING, &title,
		"what the page is called (default \"TLS reports\")", "TEXT"},
	{"since", 's', 0, G_OPTION_ARG_STRING, &since,
		"from this day on: YYYY-MM-DD, or 30d (default 90d)", "DAY"},
	{"until", 'u', 0, G_OPTION_ARG_STRING, &until,
		"up to and including this day", "DAY"},
	{"domain", 'D', 0, G_OPTION_ARG_STRING_ARRAY, &domains,
		"only these policy domains; * matches anything", "LIST"},
	{"authenticated", 'a', 0, G_OPTION_ARG_NONE, &authenticated,
		"leave unauthenticated reports out; incidents stay", NULL},
	{NULL},
};

static bool check_options(GError **error)
{
	if ((output != NULL) != (each != NULL))
		return true;
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"dashboard: name a file with --output, or a directory with "
		"--each");
	return false;
}

/* The first and the last day; the caller frees them. */
static bool read_days(char *days[2], GError **error)
{
	const char *const period[] = {since != NULL ? since : "90d", until};

	return check_options(error) &&
	       day_parse_period(
		       period, g_get_real_time() / G_USEC_PER_SEC, days, error);
}

/* A web server sees the old page or the new one, and a page that is there keeps
 * its mode, also where it is the target of a link. */
static bool replace(const char *path, const char *page, GError **error)
{
	char *target = realpath(path, NULL);
	g_autoptr(GFile) file =
		g_file_new_for_path(target != NULL ? target : path);

	free(target);
	return g_file_replace_contents(file, page, strlen(page), NULL, FALSE,
		G_FILE_CREATE_NONE, NULL, NULL, error);
}

static bool write_page(Store *store, const StoreDashboardFilter *filter,
	const char *name, GError **error)
{
	const HtmlStyle style = {name, false};
	g_autoptr(HtmlFrame) frame = html_frame_new(&style, error);
	g_autoptr(StoreDashboardPage) read =
		frame != NULL ? store_dashboard_read(store, filter, error)
			      : NULL;
	g_autofree char *data = read != NULL ? html_data_write(read) : NULL;
	g_autofree char *page = data != NULL ? html_write(frame, data) : NULL;

	if (page == NULL)
		return false;
	if (strcmp(output, "-") != 0)
		return replace(output, page, error);
	command_print(page);
	return true;
}

static bool write_chosen(
	const CommandLine *line, char *const days[2], GError **error)
{
	g_autoptr(Store) store = command_connect(line, error);
	const char *name = title != NULL ? title : "TLS reports";
	StoreQueryFilter chosen = {0};
	g_auto(FilterNames) names;
	StoreDashboardFilter filter = {
		.since = days[0],
		.until = days[1],
		.authenticated = authenticated,
	};

	filter_names_init(&names, domains, NULL, NULL);
	filter_names_set(&names, &chosen);
	filter.domains = (const char *const *)names.domains;
	if (store == NULL || (domains != NULL && !filter_check_names(store,
							 &chosen, NULL, error)))
		return false;
	return each != NULL ? html_each_write(store, &filter, each, name, error)
			    : write_page(store, &filter, name, error);
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	char *days[2] = {NULL, NULL};
	bool done = read_days(days, &error) && write_chosen(line, days, &error);

	g_free(days[0]);
	g_free(days[1]);
	return done ? COMMAND_DONE : command_fail(error);
}

const Command cmd_dashboard = {
	.name = "dashboard",
	.arguments = "",
	.summary = "write an HTML page that shows everything",
	.details =
		"The page needs no server and no network. Anyone who has the "
		"file sees\n"
		"what is in it. With --each, a page has one domain, and needs "
		"a web server.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run,
};
