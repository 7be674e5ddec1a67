/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cli/table.h"

/* `head` is what people read in place of a name, NULL for the name itself. A
 * column that says nothing in any row is left out where it is `optional`. */
static const struct {
	const char *name;
	const char *head;
	bool optional;
} columns[] = {
	{"acknowledged_by", NULL, true},
	{"additional_information", "more", true},
	{"alert_id", "id", false},
	{"all_sessions", "sessions", false},
	{"failed_percent", "failed_%", false},
	{"failed_sessions", "failed", false},
	{"failure_reason_codes", "reasons", true},
	{"first_day", "first", false},
	{"incident_id", "id", false},
	{"last_day", "last", false},
	{"mx_hosts", "MX_hosts", true},
	{"opened_at", "opened", false},
	{"organization_name", "reporter", true},
	{"policy_domain", "domain", false},
	{"policy_domains", "domains", false},
	{"reason_code", "reason", true},
	{"receiving_ips", "MX_addresses", true},
	{"receiving_mx_helos", "MX_greetings", true},
	{"receiving_mx_hostname", "MX_host", true},
	{"received_at", "received", false},
	{"report_mail_sessions", "report_mail", true},
	{"report_id", "report", false},
	{"reported_by", NULL, true},
	{"resolved_at", "resolved", true},
	{"result_type", "type", false},
	{"sending_mta_ips", "sent_from", true},
	{"severity", NULL, true},
	{"successful_sessions", "ok", false},
	{"withheld_sessions", "withheld", true},
	{"would_withhold_sessions", "if_enforced", true},
};

static bool says_nothing(const char *cell)
{
	return cell == NULL || *cell == '\0' || strcmp(cell, "0") == 0;
}

static bool is_empty(const StoreTable *table, size_t column)
{
	for (size_t row = 0; row < table->row_count; row++) {
		if (!says_nothing(
			    table->cells[row * table->column_count + column]))
			return false;
	}
	return true;
}

static bool find(const StoreTable *table, const char *name, size_t *column)
{
	for (*column = 0; *column < table->column_count; (*column)++) {
		if (strcmp(table->columns[*column].name, name) == 0)
			return true;
	}
	return false;
}

void table_tidy(StoreTable *table)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		size_t column;

		if (!find(table, columns[i].name, &column))
			continue;
		if (columns[i].optional && is_empty(table, column)) {
			store_table_drop(table, columns[i].name);
		} else if (columns[i].head != NULL) {
			g_free(table->columns[column].name);
			table->columns[column].name = g_strdup(columns[i].head);
		}
	}
}
