/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/report-params.h"

#include <inttypes.h>
#include <string.h>

#include "sql/report-key.h"
#include "sql/text-array.h"

/* Where in a batch something stands: numbers begin at 1, and those of failures
 * go through all policies of a report. */
typedef struct {
	const char *report_key;
	const char *content_digest;
	int64_t report_number;
	int64_t policy_number;
	int64_t failure_number;
} Place;

/* What an argument is a member of. */
typedef enum {
	BASE_PLACE,
	BASE_ROW,
	BASE_REPORT,
	BASE_POLICY,
	BASE_FAILURE,
	BASE_COUNT,
} Base;

/* What has one value of an argument. */
typedef enum {
	EACH_REPORT,
	EACH_POLICY,
	EACH_FAILURE,
} Level;

/* How a member is written: const char * that may be NULL, as a text or an
 * address; int64_t; or const char *const * that ends with NULL, which becomes
 * the text of an array. */
typedef enum {
	TEXT,
	ADDRESS,
	COUNT,
	LIST,
} Writer;

typedef struct {
	const char *name;
	size_t offset;
	Level level;
	Writer writer;
	Base base;
	bool batch_only;
} Column;

#define PLACE(level, name, writer, member, batch)                              \
	{                                                                      \
		name, offsetof(Place, member), level, writer, BASE_PLACE,      \
			batch                                                  \
	}
#define ROW(writer, member)                                                    \
	{                                                                      \
		"r_" #member, offsetof(StoreReport, member), EACH_REPORT,      \
			writer, BASE_ROW, false                                \
	}
#define REPORT(writer, member)                                                 \
	{                                                                      \
		"r_" #member, offsetof(Report, member), EACH_REPORT, writer,   \
			BASE_REPORT, false                                     \
	}
#define POLICY(writer, member)                                                 \
	{                                                                      \
		"p_" #member, offsetof(ReportPolicy, member), EACH_POLICY,     \
			writer, BASE_POLICY, false                             \
	}
#define FAILURE(writer, member)                                                \
	{                                                                      \
		"f_" #member, offsetof(ReportFailure, member), EACH_FAILURE,   \
			writer, BASE_FAILURE, false                            \
	}

/* In the order of the arguments, so that a new one comes last. Their types are
 * left to the server: to call a function by names and types of so many takes it
 * an eighth longer. */
static const Column columns[] = {
	PLACE(EACH_REPORT, "r_report_key", TEXT, report_key, false),
	PLACE(EACH_REPORT, "r_content_digest", TEXT, content_digest, false),
	ROW(TEXT, received_by),
	ROW(TEXT, auth_domain),
	REPORT(TEXT, organization_name),
	REPORT(TEXT, contact_info),
	REPORT(TEXT, report_id),
	REPORT(COUNT, period_start),
	REPORT(COUNT, period_end),
	REPORT(TEXT, extra),
	REPORT(LIST, remarks),
	POLICY(TEXT, policy_type),
	POLICY(TEXT, policy_domain),
	POLICY(LIST, policy_string),
	POLICY(LIST, mx_host),
	POLICY(COUNT, successful_sessions),
	POLICY(COUNT, failed_sessions),
	POLICY(TEXT, extra),
	PLACE(EACH_FAILURE, "f_policy", COUNT, policy_number, false),
	FAILURE(TEXT, result_type),
	FAILURE(ADDRESS, sending_mta_ip),
	FAILURE(TEXT, receiving_mx_hostname),
	FAILURE(TEXT, receiving_mx_helo),
	FAILURE(ADDRESS, receiving_ip),
	FAILURE(COUNT, failed_sessions),
	FAILURE(TEXT, additional_information),
	FAILURE(TEXT, failure_reason_code),
	FAILURE(TEXT, extra),
	PLACE(EACH_POLICY, "p_report", COUNT, report_number, true),
	PLACE(EACH_POLICY, "p_number", COUNT, policy_number, true),
	PLACE(EACH_FAILURE, "f_report", COUNT, report_number, true),
	PLACE(EACH_FAILURE, "f_number", COUNT, failure_number, true),
};

G_STATIC_ASSERT(G_N_ELEMENTS(columns) <= REPORT_PARAMS_MAX);

/* One element of an array. */
static void append_element(GString *array, Writer writer, const void *member)
{
	g_autofree char *list = NULL;

	switch (writer) {
	case TEXT:
	case ADDRESS:
		text_array_add(array, *(const char *const *)member);
		break;
	case COUNT:
		text_array_add_number(array, *(const int64_t *)member);
		break;
	case LIST:
		list = text_array_write(*(const char *const *const *)member);
		text_array_add(array, list);
		break;
	}
}

/* The text of a value by itself: NULL from NULL. The caller frees it. */
static char *write_single(Writer writer, const void *member)
{
	switch (writer) {
	case COUNT:
		return g_strdup_printf("%" PRId64, *(const int64_t *)member);
	case LIST:
		return text_array_write(*(const char *const *const *)member);
	case TEXT:
	case ADDRESS:
		break;
	}
	return g_strdup(*(const char *const *)member);
}

static const void *get_member(const Column *column, const void *const *bases)
{
	return (const char *)bases[column->base] + column->offset;
}

static bool is_null(Writer writer, const void *member)
{
	return (writer == TEXT || writer == ADDRESS) &&
	       *(const char *const *)member == NULL;
}

static void append_level(
	ReportParams *params, Level level, const void *const *bases)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		const void *member;

		if (columns[i].level != level)
			continue;
		member = get_member(&columns[i], bases);
		if (is_null(columns[i].writer, member))
			params->has_null[i] = true;
		append_element(params->texts[i], columns[i].writer, member);
	}
}

static void append_policies(ReportParams *params, const Report *report,
	const void **bases, Place *place)
{
	place->failure_number = 0;
	for (size_t i = 0; i < report->policy_count; i++) {
		const ReportPolicy *policy = &report->policies[i];

		place->policy_number = (int64_t)i + 1;
		bases[BASE_POLICY] = policy;
		append_level(params, EACH_POLICY, bases);
		for (size_t f = 0; f < policy->failure_count; f++) {
			place->failure_number++;
			bases[BASE_FAILURE] = &policy->failures[f];
			append_level(params, EACH_FAILURE, bases);
		}
	}
}

/* The report's own members as they are rather than in an array. */
static void set_report(ReportParams *params, const void *const *bases)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *text = NULL;

		if (columns[i].level != EACH_REPORT)
			continue;
		text = write_single(
			columns[i].writer, get_member(&columns[i], bases));
		if (text != NULL)
			g_string_assign(params->texts[i], text);
		params->values[i] = text != NULL ? params->texts[i]->str : NULL;
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

/* The report with the number in `place`, with all that belongs to it. */
static void add_report(ReportParams *params, const StoreReport *report,
	int64_t number, bool batch)
{
	char key[REPORT_KEY_SIZE];
	char digest[2 * STORE_DIGEST_SIZE + 3];
	Place place = {key, digest, number, 0, 0};
	const void *bases[BASE_COUNT] = {
		[BASE_PLACE] = &place,
		[BASE_ROW] = report,
		[BASE_REPORT] = report->report,
	};

	report_key_compute(report, key);
	digest_to_text(report, digest);
	append_policies(params, report->report, bases, &place);
	if (batch)
		append_level(params, EACH_REPORT, bases);
	else
		set_report(params, bases);
}

static void open_columns(ReportParams *params)
{
	*params = (ReportParams){0};
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		params->texts[i] = g_string_new(NULL);
}

static void close_columns(ReportParams *params, bool batch)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (columns[i].level == EACH_REPORT && !batch)
			continue;
		text_array_end(params->texts[i]);
		params->values[i] = params->texts[i]->str;
	}
}

/* What reads NULL in the text of an array whatever the session is set to. */
static void append_argument(
	GString *statement, size_t number, Writer writer, bool has_null)
{
	g_string_append(statement, number > 1 ? ", " : "");
	g_string_append_printf(statement,
		has_null ? "tlsrpt.text_list($%zu)" : "$%zu", number);
	if (has_null && writer == ADDRESS)
		g_string_append(statement, "::inet[]");
}

/* Leaves out what only a batch has: `values` then are those of the statement.
 */
static void write_statement(
	ReportParams *params, const char *begin, const char *end, bool batch)
{
	params->statement = g_string_new(begin);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (columns[i].batch_only && !batch)
			continue;
		params->names[params->count] = columns[i].name;
		params->values[params->count++] = params->values[i];
		append_argument(params->statement, params->count,
			columns[i].writer, params->has_null[i]);
	}
	g_string_append(params->statement, end);
}

void report_params_init(ReportParams *params, const StoreReport *report)
{
	open_columns(params);
	add_report(params, report, 1, false);
	close_columns(params, false);
	write_statement(params, "SELECT tlsrpt.ingest(", ")", false);
}

void report_params_init_batch(
	ReportParams *params, const StoreReport *reports, size_t count)
{
	open_columns(params);
	for (size_t i = 0; i < count; i++)
		add_report(params, &reports[i], (int64_t)i + 1, true);
	close_columns(params, true);
	write_statement(params,
		"SELECT outcome FROM unnest(tlsrpt.ingest_batch(",
		")) AS outcome", true);
}

const char *report_params_get(const ReportParams *params, const char *name)
{
	for (size_t i = 0; i < params->count; i++) {
		if (strcmp(params->names[i], name) == 0)
			return params->values[i];
	}
	return NULL;
}

void report_params_clear(ReportParams *params)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_free(params->texts[i], TRUE);
	g_string_free(params->statement, TRUE);
}
