/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "cli/command.h"
#include "cli/import/input.h"
#include "cli/report-file.h"
#include "cli/report-view.h"

static gboolean json;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print the reports as canonical JSON", NULL},
	{NULL},
};

static bool show_content(ReportView *view, const Input *input, GBytes *content)
{
	ParseLimits limits = report_view_get_limits();
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = report_file_parse_content(
		content, input->path, &limits, now, &error);

	if (message == NULL) {
		command_complain("%s: %s", input->name, error->message);
		return false;
	}
	return report_view_print(view, input->name, message);
}

static bool show_messages(ReportView *view, const GPtrArray *messages)
{
	bool good = true;

	view->headings |= messages->len > 1;
	for (guint i = 0; i < messages->len; i++) {
		const Input *message = messages->pdata[i];

		good &= show_content(view, message, message->content);
	}
	return good;
}

static bool show_file(ReportView *view, char *path)
{
	const Input input = {path, path, NULL};
	ParseLimits limits = report_view_get_limits();
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)input_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) content = input_read(
		&input, report_file_get_size(&limits), messages, NULL, &error);

	if (content != NULL)
		return show_content(view, &input, content);
	if (error == NULL)
		return show_messages(view, messages);
	command_complain("%s: %s", path, error->message);
	return false;
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
	.details = "A FILE is a message, an mbox, or a report as "
		   ".json, .json.gz or\n.zip; - is standard input.",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
