/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/report-params.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "sql/report-key.h"
#include "sql/text-array.h"

typedef enum {
	/* const char *, may be NULL */
	CELL_TEXT,
	/* int64_t */
	CELL_COUNT,
	/* const char *const *, ends with NULL; becomes the text of an array */
	CELL_LIST,
} CellKind;

typedef struct {
	CellKind kind;
	size_t offset;
} Cell;

/* The columns in the order of the arguments. */
enum {
	COLUMN_KEY,
	COLUMN_DIGEST,
	COLUMN_RECEIVED_BY,
	COLUMN_AUTH_DOMAIN,
	COLUMN_REPORT,
	COLUMN_POLICY = 11,
	COLUMN_FAILURE_POLICY = 18,
	COLUMN_FAILURE,
	COLUMN_POLICY_REPORT = REPORT_PARAMS_INGEST,
	COLUMN_POLICY_NUMBER,
	COLUMN_FAILURE_REPORT,
	COLUMN_FAILURE_NUMBER,
};

static const Cell report_cells[] = {
	{CELL_TEXT, offsetof(Report, organization_name)},
	{CELL_TEXT, offsetof(Report, contact_info)},
	{CELL_TEXT, offsetof(Report, report_id)},
	{CELL_COUNT, offsetof(Report, period_start)},
	{CELL_COUNT, offsetof(Report, period_end)},
	{CELL_TEXT, offsetof(Report, extra)},
	{CELL_LIST, offsetof(Report, remarks)},
};

static const Cell policy_cells[] = {
	{CELL_TEXT, offsetof(ReportPolicy, policy_type)},
	{CELL_TEXT, offsetof(ReportPolicy, policy_domain)},
	{CELL_LIST, offsetof(ReportPolicy, policy_string)},
	{CELL_LIST, offsetof(ReportPolicy, mx_host)},
	{CELL_COUNT, offsetof(ReportPolicy, successful_sessions)},
	{CELL_COUNT, offsetof(ReportPolicy, failed_sessions)},
	{CELL_TEXT, offsetof(ReportPolicy, extra)},
};

static const Cell failure_cells[] = {
	{CELL_TEXT, offsetof(ReportFailure, result_type)},
	{CELL_TEXT, offsetof(ReportFailure, sending_mta_ip)},
	{CELL_TEXT, offsetof(ReportFailure, receiving_mx_hostname)},
	{CELL_TEXT, offsetof(ReportFailure, receiving_mx_helo)},
	{CELL_TEXT, offsetof(ReportFailure, receiving_ip)},
	{CELL_COUNT, offsetof(ReportFailure, failed_sessions)},
	{CELL_TEXT, offsetof(ReportFailure, additional_information)},
	{CELL_TEXT, offsetof(ReportFailure, failure_reason_code)},
	{CELL_TEXT, offsetof(ReportFailure, extra)},
};

/* The cell's value where it lies in its row. */
static const void *get_cell(const void *row, const Cell *cell)
{
	return (const char *)row + cell->offset;
}

static void append_cell(GString *array, const void *row, const Cell *cell)
{
	const void *value = get_cell(row, cell);
	g_autofree char *list = NULL;

	switch (cell->kind) {
	case CELL_TEXT:
		text_array_add(array, *(const char *const *)value);
		break;
	case CELL_COUNT:
		text_array_add_number(array, *(const int64_t *)value);
		break;
	case CELL_LIST:
		list = text_array_write(*(const char *const *const *)value);
		text_array_add(array, list);
		break;
	}
}

static void append_row(
	GString **columns, const void *row, const Cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		append_cell(columns[i], row, &cells[i]);
}

/* `number` counts the failures of the whole report. */
static void append_failures(GString **columns, const ReportPolicy *policy,
	size_t policy_number, size_t report_number, int64_t *number)
{
	for (size_t i = 0; i < policy->failure_count; i++) {
		text_array_add_number(
			columns[COLUMN_FAILURE_POLICY], (int64_t)policy_number);
		append_row(columns + COLUMN_FAILURE, &policy->failures[i],
			failure_cells, G_N_ELEMENTS(failure_cells));
		text_array_add_number(
			columns[COLUMN_FAILURE_REPORT], (int64_t)report_number);
		text_array_add_number(
			columns[COLUMN_FAILURE_NUMBER], ++*number);
	}
}

static void append_policies(
	GString **columns, const Report *report, size_t report_number)
{
	int64_t failures = 0;

	for (size_t i = 0; i < report->policy_count; i++) {
		append_row(columns + COLUMN_POLICY, &report->policies[i],
			policy_cells, G_N_ELEMENTS(policy_cells));
		text_array_add_number(
			columns[COLUMN_POLICY_REPORT], (int64_t)report_number);
		text_array_add_number(
			columns[COLUMN_POLICY_NUMBER], (int64_t)i + 1);
		append_failures(columns, &report->policies[i], i + 1,
			report_number, &failures);
	}
}

static void digest_to_text(
	const StoreReport *report, char text[2 * STORE_DIGEST_SIZE + 3])
{
	static const char hex[] = "0123456789abcdef";

	*text++ = '\\';
	*text++ = 'x';
	for (size_t i = 0; i < STORE_DIGEST_SIZE; i++) {
		*text++ = hex[report->digest[i] >> 4];
		*text++ = hex[report->digest[i] & 0xf];
	}
	*text = '\0';
}

static void append_report(GString **columns, const StoreReport *report)
{
	char key[REPORT_KEY_SIZE];
	char digest[2 * STORE_DIGEST_SIZE + 3];

	report_key_compute(report, key);
	digest_to_text(report, digest);
	text_array_add(columns[COLUMN_KEY], key);
	text_array_add(columns[COLUMN_DIGEST], digest);
	text_array_add(columns[COLUMN_RECEIVED_BY], report->received_by);
	text_array_add(columns[COLUMN_AUTH_DOMAIN], report->auth_domain);
	append_row(columns + COLUMN_REPORT, report->report, report_cells,
		G_N_ELEMENTS(report_cells));
}

static void set_text(ReportParams *params, size_t column, const char *text)
{
	params->values[column] = NULL;
	if (text != NULL) {
		g_string_assign(params->texts[column], text);
		params->values[column] = params->texts[column]->str;
	}
}

/* The report's own members as they are rather than in an array. */
static void set_report(ReportParams *params, const StoreReport *report)
{
	char key[REPORT_KEY_SIZE];
	char digest[2 * STORE_DIGEST_SIZE + 3];

	report_key_compute(report, key);
	digest_to_text(report, digest);
	set_text(params, COLUMN_KEY, key);
	set_text(params, COLUMN_DIGEST, digest);
	set_text(params, COLUMN_RECEIVED_BY, report->received_by);
	set_text(params, COLUMN_AUTH_DOMAIN, report->auth_domain);
	for (size_t i = 0; i < G_N_ELEMENTS(report_cells); i++) {
		const void *value = get_cell(report->report, &report_cells[i]);
		g_autofree char *text = NULL;

		if (report_cells[i].kind == CELL_TEXT)
			text = g_strdup(*(const char *const *)value);
		else if (report_cells[i].kind == CELL_COUNT)
			text = g_strdup_printf(
				"%" PRId64, *(const int64_t *)value);
		else
			text = text_array_write(
				*(const char *const *const *)value);
		set_text(params, COLUMN_REPORT + i, text);
	}
}

static void open_columns(ReportParams *params)
{
	for (size_t i = 0; i < REPORT_PARAMS_BATCH; i++)
		params->texts[i] = g_string_new(NULL);
}

static void close_columns(ReportParams *params, size_t first)
{
	for (size_t i = first; i < REPORT_PARAMS_BATCH; i++) {
		text_array_end(params->texts[i]);
		params->values[i] = params->texts[i]->str;
	}
}

void report_params_init(ReportParams *params, const StoreReport *report)
{
	open_columns(params);
	append_policies(params->texts, report->report, 1);
	close_columns(params, COLUMN_POLICY);
	set_report(params, report);
}

void report_params_init_batch(
	ReportParams *params, const StoreReport *reports, size_t count)
{
	open_columns(params);
	for (size_t i = 0; i < count; i++) {
		append_report(params->texts, &reports[i]);
		append_policies(params->texts, reports[i].report, i + 1);
	}
	close_columns(params, 0);
}

void report_params_clear(ReportParams *params)
{
	for (size_t i = 0; i < REPORT_PARAMS_BATCH; i++)
		g_string_free(params->texts[i], TRUE);
}
