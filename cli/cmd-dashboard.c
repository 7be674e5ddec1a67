/* SPDX-License-Identifier: BSD-2-Clause */
#include <gio/gio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/day.h"
#include "cli/filter.h"
#include "cli/html.h"
#include "sql/store-dashboard.h"

static char *output;
static char *since;
static char *until;
static char **domains;
static gboolean authenticated;

static const GOptionEntry options[] = {
	{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
		"write the page to FILE, - for standard output", "FILE"},
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

/* The first and the last day; the caller frees them. */
static bool read_days(char *days[2], GError **error)
{
	const char *const period[] = {since != NULL ? since : "90d", until};

	if (output != NULL)
		return day_parse_period(period,
			g_get_real_time() / G_USEC_PER_SEC, days, error);
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"dashboard: name a file with --output");
	return false;
}

static char *read_json(Store *store, char *const days[2],
	const FilterNames *names, GError **error)
{
	const StoreDashboardFilter filter = {
		.since = days[0],
		.until = days[1],
		.domains = (const char *const *)names->domains,
		.authenticated = authenticated,
	};
	StoreQueryFilter chosen = {0};

	filter_names_set(names, &chosen);
	if (domains != NULL && !filter_check_names(store, &chosen, NULL, error))
		return NULL;
	return store_dashboard_read(store, &filter, error);
}

static char *read_page(
	const CommandLine *line, char *const days[2], GError **error)
{
	g_autoptr(Store) store = command_connect(line, error);
	g_auto(FilterNames) names;
	g_autofree char *json = NULL;

	filter_names_init(&names, domains, NULL, NULL);
	if (store != NULL)
		json = read_json(store, days, &names, error);
	return json != NULL ? html_write(json, error) : NULL;
}

static char *make_page(const CommandLine *line, GError **error)
{
	char *days[2] = {NULL, NULL};
	char *page = NULL;

	if (read_days(days, error))
		page = read_page(line, days, error);
	g_free(days[0]);
	g_free(days[1]);
	return page;
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

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *page = make_page(line, &error);

	if (page == NULL)
		return command_fail(error);
	if (strcmp(output, "-") == 0)
		command_print(page);
	else if (!replace(output, page, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

const Command cmd_dashboard = {
	.name = "dashboard",
	.arguments = "",
	.summary = "write an HTML page that shows everything",
	.details =
		"The page needs no server and no network. Anyone who has the "
		"file sees\n"
		"what is in it.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run,
};
