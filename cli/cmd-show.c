/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "cli/command.h"
#include "cli/report-file.h"
#include "cli/report-view.h"

static gboolean json;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print the reports as canonical JSON", NULL},
	{NULL},
};

static bool show_file(ReportView *view, const char *path)
{
	ParseLimits limits = report_view_get_limits();
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message =
		report_file_parse(path, &limits, now, &error);

	if (message == NULL) {
		command_complain("%s: %s", path, error->message);
		return false;
	}
	return report_view_print(view, path, message);
}

static CommandStatus run(const CommandLine *line)
{
	char **paths = line->arguments;
	ReportView view;
	bool good = true;

	if (paths[0] == NULL) {
		command_complain("show: name a file, or - for standard input");
		return COMMAND_USAGE;
	}
	parser_init();
	view = report_view_new(json, paths[1] != NULL);
	for (; *paths != NULL; paths++)
		good &= show_file(&view, *paths);
	return good ? COMMAND_DONE : COMMAND_BAD;
}

const Command cmd_show = {
	.name = "show",
	.arguments = "FILE...",
	.summary = "explain reports in plain words",
	.details =
		"A FILE is a message or a report as .json, .json.gz or .zip; "
		"- is standard input.",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
