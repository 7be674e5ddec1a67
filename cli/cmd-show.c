/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/explain.h"
#include "cli/report-file.h"
#include "parser/report-write.h"

/* In seconds: longer than the years of a date with four digits. */
#define AGE_LIMIT (INT64_C(10000) * 366 * 86400)

/* How the reports are shown; `first` until something has been. */
typedef struct {
	TextStyle style;
	bool headings;
	bool first;
} Show;

static gboolean json;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print the reports as canonical JSON", NULL},
	{NULL},
};

static void print_report(Show *show, const char *name, const Report *report)
{
	g_autofree char *text = json ? report_write_json(report)
				     : explain_report(report, &show->style);

	if (!json && !show->first)
		command_print("\n");
	if (!json && show->headings) {
		g_autofree char *clean = text_escape(name, show->style.utf8);

		printf("==> %s <==\n", clean);
	}
	command_print(text);
	show->first = false;
}

static bool show_part(Show *show, const char *path, const ParsedPart *part)
{
	g_autofree char *name = report_file_name_part(path, part);

	if (part->report == NULL) {
		command_complain("%s: %s", name, part->error->message);
		return false;
	}
	print_report(show, name, part->report);
	return true;
}

/* An old report is no less worth an explanation. */
static ParseLimits get_limits(void)
{
	ParseLimits limits = PARSE_LIMITS_DEFAULT;

	limits.report_age = AGE_LIMIT;
	limits.report_future = AGE_LIMIT;
	return limits;
}

static bool show_file(Show *show, const char *path)
{
	ParseLimits limits = get_limits();
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message =
		report_file_parse(path, &limits, now, &error);
	bool good = true;

	if (message == NULL) {
		command_complain("%s: %s", path, error->message);
		return false;
	}
	if (message->parts->len == 0) {
		command_complain("%s: no TLS report in it", path);
		return false;
	}
	for (size_t i = 0; i < message->parts->len; i++)
		good &= show_part(
			show, path, g_ptr_array_index(message->parts, i));
	return good;
}

static CommandStatus run(const CommandLine *line)
{
	char **paths = line->arguments;
	Show show = {.style = text_get_style(STDOUT_FILENO), .first = true};
	bool good = true;

	if (paths[0] == NULL) {
		command_complain("show: name a file, or - for standard input");
		return COMMAND_USAGE;
	}
	parser_init();
	show.headings = paths[1] != NULL;
	for (; *paths != NULL; paths++)
		good &= show_file(&show, *paths);
	return good ? COMMAND_DONE : COMMAND_BAD;
}

const Command cmd_show = {
	.name = "show",
	.arguments = "FILE...",
	.summary = "explain reports in people's words",
	.details = "A FILE is a mail or a report as .json, .json.gz or "
		   ".zip; - is standard input.",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
