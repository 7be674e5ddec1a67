/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report-text.h"

#include "parser/error.h"
#include "parser/json-arena.h"
#include "parser/json-load.h"
#include "parser/json-names.h"

/* What all reports of one text are read with, and have given. */
typedef struct {
	const ParseLimits *limits;
	ReportHints hints;
	int64_t received;
	size_t count;
	bool refused;
	GPtrArray *results;
} Reading;

static void result_free(ReportTextResult *result)
{
	report_free(result->report);
	g_clear_error(&result->error);
	g_free(result);
}

/* Takes the report or the error. */
static void add_result(
	Reading *reading, Report *report, GError *error, bool is_report)
{
	ReportTextResult *result = g_new0(ReportTextResult, 1);

	result->report = report;
	result->error = error;
	result->is_report = is_report;
	if (report == NULL && reading->refused)
		result_free(result);
	else
		g_ptr_array_add(reading->results, result);
	reading->refused = reading->refused || report == NULL;
}

/* False when there are too many. */
static bool parse_value(Reading *reading, json_t *value)
{
	GError *error = NULL;
	Report *report;
	bool is_report;

	if (reading->count == REPORT_TEXT_MAX) {
		add_result(reading, NULL,
			g_error_new(PARSER_ERROR, PARSER_ERROR_TOO_MANY_REPORTS,
				"more than %d reports in one file",
				REPORT_TEXT_MAX),
			true);
		return false;
	}
	report = report_json_parse(value, reading->limits, &reading->hints,
		reading->received, &is_report, &error);
	reading->count++;
	if (report == NULL && reading->count > 1)
		g_prefix_error(&error, "report %zu: ", reading->count);
	add_result(reading, report, error, is_report);
	return true;
}

/* A list stands for its elements; an empty one is no report. */
static bool parse_list(Reading *reading, json_t *list)
{
	size_t index;
	json_t *value;

	if (json_array_size(list) == 0)
		return parse_value(reading, list);
	json_array_foreach(list, index, value)
	{
		if (!parse_value(reading, value))
			return false;
	}
	return true;
}

/* Moves `text` past the value, and the JSON is gone. False when there are no
 * more. */
static bool parse_next(Reading *reading, const char **text, size_t *size)
{
	GError *error = NULL;
	size_t used;
	g_auto(JsonArena) arena;
	json_t *value;

	json_arena_open(&arena);
	value = json_load_bytes(
		*text, *size, reading->limits->parse_memory, &used, &error);
	if (value == NULL) {
		if (reading->count > 0)
			g_prefix_error(&error, "after the report: ");
		add_result(reading, NULL, error, false);
		return false;
	}
	*text += used;
	*size -= used;
	if (json_is_array(value) ? !parse_list(reading, value)
				 : !parse_value(reading, value))
		return false;
	return *size > 0;
}

static void parse_all(Reading *reading, GBytes *json)
{
	gsize size;
	const char *text = g_bytes_get_data(json, &size);

	reading->count = 0;
	reading->refused = false;
	g_ptr_array_set_size(reading->results, 0);
	while (parse_next(reading, &text, &size))
		continue;
}

/* What is refused is read again as it is, since errors show it. */
static void parse_text(Reading *reading, GBytes *json)
{
	g_autoptr(GBytes) shortened = json_names_shorten(json);

	if (shortened != NULL) {
		reading->hints.short_names = true;
		parse_all(reading, shortened);
		if (!reading->refused)
			return;
	}
	reading->hints.short_names = false;
	parse_all(reading, json);
}

GPtrArray *report_text_parse_all(GBytes *json, const ParseLimits *limits,
	const ReportHints *hints, int64_t received)
{
	GError *error = NULL;
	g_autoptr(GBytes) converted = json_load_from_utf16(json, &error);
	Reading reading = {limits, *hints, received, 0, false, NULL};

	reading.hints.utf16 = converted != NULL;
	reading.results =
		g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	if (error != NULL)
		add_result(&reading, NULL, error, false);
	else
		parse_text(&reading, converted != NULL ? converted : json);
	return reading.results;
}
