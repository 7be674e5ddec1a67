/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-stored.h"

#include <stdint.h>
#include <string.h>

#include "cli/explain-text.h"
#include "cli/report-view.h"

enum {
	CANDIDATES_SHOWN = 10,
};

/* It was accepted once: its size is no more to be judged. */
static ParseLimits get_limits(void)
{
	ParseLimits limits = report_view_get_limits();

	limits.report_size = SIZE_MAX / 4;
	limits.message_size = SIZE_MAX / 4;
	limits.parse_memory = SIZE_MAX / 4;
	limits.policies = SIZE_MAX / 4;
	limits.failure_details = SIZE_MAX / 4;
	limits.string_size = SIZE_MAX / 4;
	return limits;
}

ParsedMessage *report_stored_parse(const char *text, GError **error)
{
	ParseLimits limits = get_limits();

	parser_init();
	return parser_parse_file((const uint8_t *)text, strlen(text), NULL,
		&limits, g_get_real_time() / G_USEC_PER_SEC, error);
}

static void print_origin(
	const StoreTable *row, const char *report_key, const TextStyle *style)
{
	const ExplainOrigin origin = {
		report_key,
		store_table_get(row, 0, "received_at"),
		store_table_get(row, 0, "received_by"),
		store_table_get(row, 0, "auth_domain"),
	};
	g_autofree char *text = explain_text_origin(&origin, style);

	command_print(text);
}

static CommandStatus show(
	const StoreTable *row, const char *report_key, bool json)
{
	const char *text = store_table_get(row, 0, "report");
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = report_stored_parse(text, &error);
	ReportView view = report_view_new(json, false);

	if (message == NULL) {
		command_complain("%s: %s", report_key, error->message);
		return COMMAND_BAD;
	}
	if (!report_view_print(&view, report_key, message))
		return COMMAND_BAD;
	if (!json)
		print_origin(row, report_key, &view.style);
	return COMMAND_DONE;
}

static CommandStatus complain_of_several(
	const StoreTable *found, const char *id)
{
	command_complain("\"%s\" names several reports: give more of the id, "
			 "or the key",
		id);
	for (size_t row = 0; row < MIN(found->row_count, CANDIDATES_SHOWN);
		row++)
		command_complain("%s, %s, id %s, key %s",
			store_table_get(found, row, "day"),
			store_table_get(found, row, "reporter"),
			store_table_get(found, row, "report_id"),
			store_table_get(found, row, "report_key"));
	if (found->row_count > CANDIDATES_SHOWN)
		command_complain("and more");
	return COMMAND_BAD;
}

CommandStatus report_stored_show(
	Store *store, const char *id, const StoreQueryFilter *filter, bool json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreTable) found =
		store_query_report_ids(store, id, filter, &error);
	g_autoptr(StoreTable) row = NULL;
	const char *report_key;

	if (found == NULL)
		return command_fail(error);
	if (found->row_count > 1)
		return complain_of_several(found, id);
	if (found->row_count == 1) {
		report_key = store_table_get(found, 0, "report_key");
		row = store_query_report(store,
			store_table_get(found, 0, "day"), report_key, &error);
		if (row == NULL)
			return command_fail(error);
		if (row->row_count == 1)
			return show(row, report_key, json);
	}
	command_complain("no report has the id or key \"%s\"", id);
	return COMMAND_BAD;
}
