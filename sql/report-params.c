/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/report-params.h"

#include <inttypes.h>
#include <string.h>

#include "sql/binary.h"
#include "sql/report-key.h"
#include "sql/text-array.h"

/* Where in a batch something stands: numbers begin at 1, and those of failures
 * go through all policies of a report. */
typedef struct {
	const uint8_t *report_key;
	const uint8_t *content_digest;
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
 * address; bytes that a key or a digest has; int64_t, as a number of that many
 * bytes; or const char *const * that ends with NULL, which becomes the text of
 * an array. */
typedef enum {
	TEXT,
	ADDRESS,
	KEY,
	DIGEST,
	INT2,
	INT4,
	INT8,
	LIST,
} Writer;

static const BinaryType types[] = {
	[TEXT] = BINARY_TEXT,
	[ADDRESS] = BINARY_INET,
	[KEY] = BINARY_UUID,
	[DIGEST] = BINARY_BYTEA,
	[INT2] = BINARY_INT2,
	[INT4] = BINARY_INT4,
	[INT8] = BINARY_INT8,
	[LIST] = BINARY_TEXT,
};

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

/* In the order of the arguments, so that a new one comes last. The statement
 * does not name their types: to call a function by names and types of so many
 * takes the server an eighth longer. */
static const Column columns[] = {
	PLACE(EACH_REPORT, "r_report_key", KEY, report_key, false),
	PLACE(EACH_REPORT, "r_content_digest", DIGEST, content_digest, false),
	ROW(TEXT, received_by),
	ROW(TEXT, auth_domain),
	REPORT(TEXT, organization_name),
	REPORT(TEXT, contact_info),
	REPORT(TEXT, report_id),
	REPORT(INT8, period_start),
	REPORT(INT8, period_end),
	REPORT(TEXT, extra),
	REPORT(LIST, remarks),
	POLICY(TEXT, policy_type),
	POLICY(TEXT, policy_domain),
	POLICY(LIST, policy_string),
	POLICY(LIST, mx_host),
	POLICY(INT8, successful_sessions),
	POLICY(INT8, failed_sessions),
	POLICY(TEXT, extra),
	PLACE(EACH_FAILURE, "f_policy", INT2, policy_number, false),
	FAILURE(TEXT, result_type),
	FAILURE(ADDRESS, sending_mta_ip),
	FAILURE(TEXT, receiving_mx_hostname),
	FAILURE(TEXT, receiving_mx_helo),
	FAILURE(ADDRESS, receiving_ip),
	FAILURE(INT8, failed_sessions),
	FAILURE(TEXT, additional_information),
	FAILURE(TEXT, failure_reason_code),
	FAILURE(TEXT, extra),
	PLACE(EACH_POLICY, "p_report", INT4, report_number, true),
	PLACE(EACH_POLICY, "p_number", INT2, policy_number, true),
	PLACE(EACH_FAILURE, "f_report", INT4, report_number, true),
	PLACE(EACH_FAILURE, "f_number", INT4, failure_number, true),
};

G_STATIC_ASSERT(G_N_ELEMENTS(columns) <= REPORT_PARAMS_MAX);

static const char *get_text(const void *member)
{
	return *(const char *const *)member;
}

static int64_t get_number(const void *member)
{
	return *(const int64_t *)member;
}

static bool is_null(Writer writer, const void *member)
{
	return (writer == TEXT || writer == ADDRESS) &&
	       get_text(member) == NULL;
}

/* What is not NULL. */
static void add_value(GString *value, Writer writer, const void *member)
{
	g_autofree char *list = NULL;

	switch (writer) {
	case TEXT:
		g_string_append(value, get_text(member));
		break;
	case ADDRESS:
		binary_add_address(value, get_text(member));
		break;
	case KEY:
		g_string_append_len(value, get_text(member), REPORT_KEY_SIZE);
		break;
	case DIGEST:
		g_string_append_len(value, get_text(member), STORE_DIGEST_SIZE);
		break;
	case INT2:
		binary_add_number(value, get_number(member), 2);
		break;
	case INT4:
		binary_add_number(value, get_number(member), 4);
		break;
	case INT8:
		binary_add_number(value, get_number(member), 8);
		break;
	case LIST:
		list = text_array_write(*(const char *const *const *)member);
		g_string_append(value, list);
		break;
	}
}

static void append_element(GString *array, Writer writer, const void *member)
{
	size_t place = binary_array_open(array);
	bool null = is_null(writer, member);

	if (!null)
		add_value(array, writer, member);
	binary_array_close(array, place, null);
}

static void append_list(GString *array, const void *member)
{
	const char *const *list = *(const char *const *const *)member;

	for (; *list != NULL; list++)
		append_element(array, TEXT, list);
}

static const void *get_member(const Column *column, const void *const *bases)
{
	return (const char *)bases[column->base] + column->offset;
}

static void append_level(
	ReportParams *params, Level level, const void *const *bases)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		if (columns[i].level == level)
			append_element(params->texts[i], columns[i].writer,
				get_member(&columns[i], bases));
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
		Writer writer = columns[i].writer;
		const void *member = get_member(&columns[i], bases);

		if (columns[i].level != EACH_REPORT)
			continue;
		if (writer == LIST)
			append_list(params->texts[i], member);
		else if (!is_null(writer, member))
			add_value(params->texts[i], writer, member);
		params->is_null[i] = is_null(writer, member);
	}
}

/* The report with the number in `place`, with all that belongs to it. */
static void add_report(ReportParams *params, const StoreReport *report,
	int64_t number, bool batch)
{
	uint8_t key[REPORT_KEY_SIZE];
	Place place = {key, report->digest, number, 0, 0};
	const void *bases[BASE_COUNT] = {
		[BASE_PLACE] = &place,
		[BASE_ROW] = report,
		[BASE_REPORT] = report->report,
	};

	report_key_compute(report, key);
	append_policies(params, report->report, bases, &place);
	if (batch)
		append_level(params, EACH_REPORT, bases);
	else
		set_report(params, bases);
}

/* A list is an array also by itself. */
static bool is_array(const Column *column, bool batch)
{
	return batch || column->level != EACH_REPORT || column->writer == LIST;
}

static void open_columns(ReportParams *params, bool batch)
{
	*params = (ReportParams){0};
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		params->texts[i] =
			is_array(&columns[i], batch)
				? binary_array_new(types[columns[i].writer])
				: g_string_new(NULL);
}

/* Leaves out what only a batch has. */
static void close_columns(
	ReportParams *params, const char *begin, const char *end, bool batch)
{
	params->statement = g_string_new(begin);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		size_t number = params->count;

		if (columns[i].batch_only && !batch)
			continue;
		params->names[number] = columns[i].name;
		params->values[number] =
			params->is_null[i] ? NULL : params->texts[i]->str;
		params->lengths[number] = (int)params->texts[i]->len;
		params->formats[number] = 1;
		params->count++;
		g_string_append_printf(params->statement, "%s$%zu",
			number > 0 ? ", " : "", params->count);
	}
	g_string_append(params->statement, end);
}

void report_params_init(ReportParams *params, const StoreReport *report)
{
	open_columns(params, false);
	add_report(params, report, 1, false);
	close_columns(params, "SELECT tlsrpt.ingest(", ")", false);
}

void report_params_init_batch(
	ReportParams *params, const StoreReport *reports, size_t count)
{
	open_columns(params, true);
	for (size_t i = 0; i < count; i++)
		add_report(params, &reports[i], (int64_t)i + 1, true);
	close_columns(params, "SELECT outcome FROM unnest(tlsrpt.ingest_batch(",
		")) AS outcome", true);
}

void report_params_clear(ReportParams *params)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_free(params->texts[i], TRUE);
	g_string_free(params->statement, TRUE);
}
