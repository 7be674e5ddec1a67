/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html-data.h"

#include <jansson.h>
#include <string.h>

#include "cli/explain.h"
#include "cli/report-stored.h"

enum {
	/* Of the texts of one report. */
	DETAILS_LIMIT = 32768,
};

/* A list of lines that grows. */
typedef struct {
	json_t *lines;
	size_t size;
} Details;

static const char *const kinds[] = {
	[EXPLAIN_TITLE] = "title",
	[EXPLAIN_POLICY] = "policy",
	[EXPLAIN_FAILURE] = "failure",
	[EXPLAIN_SECTION] = "section",
	[EXPLAIN_SENTENCE] = "sentence",
	[EXPLAIN_ITEM] = "item",
	[EXPLAIN_FIELD] = "field",
};

static const char *const tones[] = {
	[EXPLAIN_PLAIN] = NULL,
	[EXPLAIN_GOOD] = "good",
	[EXPLAIN_WARNING] = "warning",
	[EXPLAIN_BAD] = "bad",
};

static void add_line(void *target, const ExplainLine *line)
{
	Details *details = target;
	const char *more =
		line->label != NULL ? line->label : tones[line->tone];

	details->size += strlen(line->text);
	if (details->size > DETAILS_LIMIT)
		return;
	json_array_append_new(details->lines,
		json_pack("[s, s, s*]", kinds[line->kind], line->text, more));
}

static const char *get_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static void explain_parts(Details *details, const ParsedMessage *message)
{
	for (guint i = 0; message != NULL && i < message->parts->len; i++) {
		const ParsedPart *part = g_ptr_array_index(message->parts, i);

		if (part->report != NULL)
			explain_report(part->report, true, add_line, details);
	}
}

static json_t *explain(const char *report_key, const json_t *stored)
{
	Details details = {json_array(), 0};
	char *text = json_dumps(json_object_get(stored, "report"), 0);
	g_autoptr(ParsedMessage) message =
		text != NULL ? report_stored_parse(text, NULL) : NULL;
	const ExplainOrigin origin = {
		report_key,
		get_text(stored, "received_at"),
		get_text(stored, "received_by"),
		get_text(stored, "auth_domain"),
	};

	free(text);
	explain_parts(&details, message);
	if (details.size > DETAILS_LIMIT)
		json_array_append_new(
			details.lines, json_pack("[s, s]", "more", ""));
	details.size = 0;
	explain_origin(&origin, true, add_line, &details);
	return details.lines;
}

static void append_details(GString *out, const char *stored)
{
	json_t *reports = json_loads(stored, 0, NULL);
	json_t *details = json_object();
	const char *key;
	json_t *report;
	char *text;

	json_object_foreach(reports, key, report)
		json_object_set_new(details, key, explain(key, report));
	text = json_dumps(details, JSON_COMPACT);
	g_string_append_printf(out, ",\n\"details\":%s", text);
	free(text);
	json_decref(details);
	json_decref(reports);
}

char *html_data_write(const StoreDashboardPage *page)
{
	GString *out = g_string_new("{");

	g_string_append(out, page->members->str);
	if (page->stored != NULL)
		append_details(out, page->stored);
	g_string_append(out, "}\n");
	return g_string_free(out, FALSE);
}
