/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/error.h"
#include "parser/json-load.h"
#include "parser/parser.h"
#include "parser/report-text.h"
#include "parser/report-write.h"
#include "tests/test.h"

#define RECEIVED INT64_C(1769904000)
#define REPORT(id)                                                             \
	"{\"report-id\":\"" id "\",\"date-range\":{\"start-datetime\":"        \
	"\"2026-01-20\"}}"

/* `outcome` has a report-id or the text of an error for each result, with "|"
 * behind it. */
static const struct {
	const char *text;
	const char *outcome;
} cases[] = {
	{REPORT("a"), "a|"},
	{REPORT("a") "\n" REPORT("b"), "a|b|"},
	{"[" REPORT("a") "," REPORT("b") "]", "a|b|"},
	{"[" REPORT("a") "]" REPORT("b") "[" REPORT("c") "]", "a|b|c|"},
	{"[{\"tls-report\":" REPORT("a") "}]", "a|"},
	{"[]", "the JSON is not an object (RFC 8460 section 4.4)|"},
	{"[" REPORT("a") ",7," REPORT("b") ",8]",
		"a|report 2: the JSON is not an object (RFC 8460 section "
		"4.4)|b|"},
	{REPORT("a") " and more",
		"a|after the report: line 1, column 3: not valid JSON: "
		"\"'[' or '{' expected near 'and'\" (RFC 7493)|"},
	{"", "it is empty|"},
};

static const ParseLimits limits = PARSE_LIMITS_DEFAULT;
static const ReportHints no_hints = {.period_start = -1};

static GPtrArray *parse(const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return report_text_parse_all(bytes, &limits, &no_hints, RECEIVED);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) results = parse(cases[i].text);
		g_autoptr(GString) outcome = g_string_new(NULL);

		for (guint j = 0; j < results->len; j++) {
			const ReportTextResult *result = results->pdata[j];

			g_string_append_printf(outcome, "%s|",
				result->report != NULL
					? result->report->report_id
					: result->error->message);
		}
		assert_string_equal(outcome->str, cases[i].outcome);
	}
}

static void test_many(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) results = NULL;
	const ReportTextResult *last;

	(void)state;
	for (int i = 0; i <= REPORT_TEXT_MAX; i++)
		g_string_append(text, REPORT("a"));
	results = parse(text->str);
	assert_int_equal(results->len, REPORT_TEXT_MAX + 1);
	last = results->pdata[REPORT_TEXT_MAX];
	assert_int_equal(last->error->code, PARSER_ERROR_TOO_MANY_REPORTS);
	assert_string_equal(
		last->error->message, "more than 1000 reports in one file");
	g_ptr_array_unref(g_steal_pointer(&results));
	g_string_assign(text, "[");
	for (int i = 0; i < REPORT_TEXT_MAX; i++)
		g_string_append(text, REPORT("a") ",");
	g_string_append(text, "{}]");
	results = parse(text->str);
	assert_int_equal(results->len, REPORT_TEXT_MAX + 1);
}

/* The end of a report, in which names of failure details are where they belong
 * and where they do not; or of what is none. */
static const char *const rests[] = {
	"\"policies\":[{\"failure-details\":[{\"result-type\":\"x\","
	"\"receiving-ip\":\"192.0.2.1\",\"failed-session-count\":1}]}]}",
	"\"receiving-ip\":1,\"extra\":{\"receiving-ip\":2,\"result-type\":"
	"{\"receiving-ip\":\"receiving-ip\"}}}",
	"\"policies\":[{\"failure-details\":[{\"failed-session-count\":1,"
	"\"receiving-ip\":{\"receiving-ip\":[{\"result-type\":1}]},"
	"\"extra\":{\"receiving-ip\":2,\"a\":3}},{\"Result-Type\":\"a\","
	"\"result-type\" : \"b\",\"failed-session-count\":2}]}]}",
	"\"policies\":[{\"policy\":{\"result-type\":1,\"mx-host\":"
	"{\"result-type\":2}},\"summary\":{\"a\":{\"result-type\":3}}}]}",
	"\"a\":[{\"result-type\":1,\"result-type\" :2}]}",
	"\"result-type\":1} {\"report-id\":{\"result-type\":1}}",
	"\"result-type\":1} {\"result-type\":1,}",
	"\"result-type\":1} {\"result-type\" 1:}",
	"\"result-type\":1e999} [{\"result-type\":1,\"report-id\":1e999}]",
};

static void append_outcome(GString *outcome, const ReportTextResult *result)
{
	g_autofree char *json = NULL;

	if (result->report == NULL) {
		g_string_append(outcome, result->error->message);
		return;
	}
	json = report_write_json(result->report);
	g_string_append(outcome, json);
}

static char *get_outcome(const char *id, const char *rest)
{
	g_autofree char *text = g_strconcat("{\"report-id\":\"", id,
		"\",\"date-range\":{\"start-datetime\":\"2026-01-20\"},\n",
		rest, NULL);
	g_autoptr(GPtrArray) results = parse(text);
	GString *outcome = g_string_new(NULL);

	for (guint i = 0; i < results->len; i++)
		append_outcome(outcome, results->pdata[i]);
	return g_string_free(outcome, FALSE);
}

/* That names are shortened is not seen. With an escape they are not. */
static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rests); i++) {
		g_autofree char *outcome = get_outcome("a", rests[i]);
		g_autofree char *wanted = get_outcome("\\u0061", rests[i]);

		assert_string_equal(outcome, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_names),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
