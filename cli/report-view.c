/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-view.h"

#include <unistd.h>

#include "cli/command.h"
#include "cli/explain-text.h"
#include "cli/report-file.h"
#include "parser/report-write.h"

/* In seconds: longer than the years of a date with four digits. */
#define AGE_LIMIT (INT64_C(10000) * 366 * 86400)

ReportView report_view_new(bool json, bool headings)
{
	return (ReportView){
		text_get_style(STDOUT_FILENO), json, headings, true};
}

ParseLimits report_view_get_limits(void)
{
	ParseLimits limits = PARSE_LIMITS_DEFAULT;

	limits.report_age = AGE_LIMIT;
	limits.report_future = AGE_LIMIT;
	return limits;
}

static void print_report(
	ReportView *view, const char *name, const Report *report)
{
	g_autofree char *text =
		view->json ? report_write_json(report)
			   : explain_text_report(report, &view->style);

	if (!view->json && !view->first)
		command_print("\n");
	if (!view->json && view->headings) {
		g_autofree char *clean = text_escape(name, view->style.utf8);

		command_printf("==> %s <==\n", clean);
	}
	command_print(text);
	view->first = false;
}

static bool print_part(
	ReportView *view, const char *path, const ParsedPart *part)
{
	g_autofree char *name = report_file_name_part(path, path, part);

	if (part->report == NULL) {
		command_complain("%s: %s", name, part->error->message);
		return false;
	}
	print_report(view, name, part->report);
	return true;
}

bool report_view_print(
	ReportView *view, const char *path, const ParsedMessage *message)
{
	bool good = true;

	if (message->parts->len == 0) {
		command_complain("%s: no TLS report in it", path);
		return false;
	}
	for (guint i = 0; i < message->parts->len; i++)
		good &= print_part(view, path, message->parts->pdata[i]);
	return good;
}
