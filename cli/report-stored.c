/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-stored.h"

#include <stdint.h>
#include <string.h>

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

static void print_origin(const StoreTable *row, const char *report_key)
{
	const char *signer = store_table_get(row, 0, "auth_domain");
	const char *host = store_table_get(row, 0, "received_by");
	bool utf8 = g_get_charset(NULL);
	g_autofree char *signed_by = text_escape(signer, utf8);
	g_autofree char *received_by = text_escape(host, utf8);

	command_print("\n");
	command_printf("In the database\n"
		       "  Key         %s\n"
		       "  Received    %s by %s\n"
		       "  Signed by   %s\n",
		report_key, store_table_get(row, 0, "received_at"), received_by,
		*signer != '\0' ? signed_by : "nobody: unauthenticated");
}

static CommandStatus show(
	const StoreTable *row, const char *report_key, bool json)
{
	const char *text = store_table_get(row, 0, "report");
	ParseLimits limits = get_limits();
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = NULL;
	ReportView view = report_view_new(json, false);

	parser_init();
	message = parser_parse_file((const uint8_t *)text, strlen(text), NULL,
		&limits, g_get_real_time() / G_USEC_PER_SEC, &error);
	if (message == NULL) {
		command_complain("%s: %s", report_key, error->message);
		return COMMAND_BAD;
	}
	if (!report_view_print(&view, report_key, message))
		return COMMAND_BAD;
	if (!json)
		print_origin(row, report_key);
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
