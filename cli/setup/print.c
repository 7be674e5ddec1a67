/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/print.h"

#include <jansson.h>
#include <stdlib.h>

#include "cli/setup/step.h"

enum {
	INDENT = 4,
	HOUR = 3600,
	DAY = 86400,
};

static void append_wrapped(
	GString *out, const TextStyle *style, const char *text)
{
	g_autofree char *escaped = text_escape(text, style->utf8);

	g_string_append_printf(out, "%*s", INDENT, "");
	text_append_wrapped(out, escaped, INDENT, style->width);
}

/* As it is to be copied: neither wrapped nor changed. */
static void append_content(GString *out, const SetupStep *step)
{
	g_auto(GStrv) lines = g_strsplit(step->content, "\n", -1);

	if (step->file != NULL)
		g_string_append_printf(
			out, "\n%*s%s:\n", INDENT, "", step->file);
	g_string_append_c(out, '\n');
	for (char **line = lines; *line != NULL; line++) {
		if (**line != '\0')
			g_string_append_printf(
				out, "%*s%s\n", 2 * INDENT, "", *line);
	}
}

static char *describe_time(int64_t seconds)
{
	if (seconds >= 2 * DAY)
		return g_strdup_printf(
			"%" G_GINT64_FORMAT " days", (seconds + DAY - 1) / DAY);
	if (seconds > HOUR)
		return g_strdup_printf("%" G_GINT64_FORMAT " hours",
			(seconds + HOUR - 1) / HOUR);
	return g_strdup("an hour");
}

static void append_wait(
	GString *out, const TextStyle *style, const SetupStep *step)
{
	g_autofree char *time = describe_time(step->wait_seconds);
	g_autofree char *text = g_strdup_printf("Then wait %s%s%s.", time,
		step->wait != NULL ? ", " : "",
		step->wait != NULL ? step->wait : "");

	g_string_append_c(out, '\n');
	append_wrapped(out, style, text);
}

static void append_step(GString *out, const TextStyle *style, guint number,
	const SetupStep *step)
{
	g_autofree char *title = text_escape(step->title, style->utf8);

	g_string_append_printf(out, "%s%u. ", number > 1 ? "\n" : "", number);
	text_append_coloured(out, style, TEXT_BOLD, title);
	if (step->done) {
		g_string_append(out, ": ");
		text_append_coloured(out, style, TEXT_GREEN, "right already");
	}
	g_string_append_c(out, '\n');
	append_wrapped(out, style, step->text);
	if (step->content != NULL)
		append_content(out, step);
	if (step->wait_seconds > 0)
		append_wait(out, style, step);
}

char *setup_print_text(const GPtrArray *steps, const TextStyle *style)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < steps->len; i++)
		append_step(out, style, i + 1, steps->pdata[i]);
	return g_string_free(out, FALSE);
}

static json_t *write_records(const SetupStep *step)
{
	json_t *records = json_array();

	for (guint i = 0; i < step->records->len; i++) {
		const SetupRecord *record = step->records->pdata[i];

		json_array_append_new(records,
			json_pack("{s:s, s:s, s:s}", "name", record->name,
				"type", setup_step_record_type(record->type),
				"data", record->data));
	}
	return records;
}

static json_t *write_step(guint number, const SetupStep *step)
{
	return json_pack("{s:i, s:s, s:b, s:s, s:s?, s:s?, s:o, s:I, s:s?}",
		"step", (int)number, "title", step->title, "done",
		(int)step->done, "text", step->text, "file", step->file,
		"content", step->content, "records", write_records(step),
		"wait_seconds", (json_int_t)step->wait_seconds, "wait",
		step->wait);
}

char *setup_print_json(const GPtrArray *steps)
{
	json_t *array = json_array();
	char *text;
	char *copy;

	for (guint i = 0; i < steps->len; i++)
		json_array_append_new(
			array, write_step(i + 1, steps->pdata[i]));
	text = json_dumps(array, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	copy = g_strconcat(text, "\n", NULL);
	free(text);
	json_decref(array);
	return copy;
}
