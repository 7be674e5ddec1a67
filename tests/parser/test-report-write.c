/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>

#include "parser/report-write.h"
#include "tests/test.h"

static const char *const none[] = {NULL};
static const char *const hosts[] = {"a", "\b\t\n\f\r\x1f\x7f/", NULL};
static const char *const remarks[] = {"odd", NULL};

static const ReportFailure failures[] = {
	{
		.result_type = "odd \"{[,:]}\"",
		.extra = "{\"a\":[],\"b\":{},\"c\":[1,\"\\\\\"]}",
		.failed_sessions = INT64_MAX,
	},
	{.result_type = "x"},
};

static const ReportPolicy policies[] = {
	{
		.policy_type = "sts",
		.policy_domain = "\xc3\xa9",
		.policy_string = none,
		.mx_host = hosts,
		.successful_sessions = 1,
		.failures = failures,
		.failure_count = G_N_ELEMENTS(failures),
	},
};

static const Report report = {
	.organization_name = "a\\b",
	.report_id = "\"",
	.period_end = 86399,
	.policies = policies,
	.policy_count = G_N_ELEMENTS(policies),
	.remarks = remarks,
};

static const char compact[] =
	"{\"organization-name\":\"a\\\\b\",\"date-range\":{\"start-datetime\":"
	"\"1970-01-01T00:00:00Z\",\"end-datetime\":\"1970-01-01T23:59:59Z\"},"
	"\"report-id\":\"\\\"\",\"policies\":[{\"policy\":{\"policy-type\":"
	"\"sts\",\"policy-string\":[],\"policy-domain\":\"\xc3\xa9\","
	"\"mx-host\":[\"a\",\"\\b\\t\\n\\f\\r\\u001F\x7f/\"]},\"summary\":"
	"{\"total-successful-session-count\":1,"
	"\"total-failure-session-count\":0},\"failure-details\":["
	"{\"result-type\":\"odd \\\"{[,:]}\\\"\",\"failed-session-count\":"
	"9223372036854775807,\"extra\":{\"a\":[],\"b\":{},\"c\":[1,"
	"\"\\\\\"]}},{\"result-type\":\"x\",\"failed-session-count\":0}]}]}";

static json_t *load(void)
{
	json_t *value = json_loads(compact, 0, NULL);

	assert_non_null(value);
	return value;
}

/* As jansson writes it. */
static void test_text(void **state)
{
	json_t *value = load();
	g_autofree char *text = report_write_json(&report);
	g_autofree char *expected = NULL;
	char *dumped;

	(void)state;
	json_object_set_new(value, "remarks", json_pack("[s]", remarks[0]));
	dumped = json_dumps(value, JSON_INDENT(2));
	expected = g_strconcat(dumped, "\n", NULL);
	assert_string_equal(text, expected);
	free(dumped);
	json_decref(value);
}

/* Of the text without blanks and remarks. */
static void test_digest(void **state)
{
	json_t *value = load();
	char *dumped = json_dumps(value, JSON_COMPACT);
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	uint8_t expected[REPORT_DIGEST_SIZE];
	uint8_t digest[REPORT_DIGEST_SIZE];
	gsize size = sizeof(expected);

	(void)state;
	assert_string_equal(dumped, compact);
	g_checksum_update(checksum, (const guchar *)dumped, -1);
	g_checksum_get_digest(checksum, expected, &size);
	report_write_digest(&report, digest);
	assert_memory_equal(digest, expected, sizeof(digest));
	free(dumped);
	json_decref(value);
}

/* The digest is of all that the reporter listed. */
static void test_digest_of_a_part(void **state)
{
	Report part = report;
	uint8_t expected[REPORT_DIGEST_SIZE];
	uint8_t digest[REPORT_DIGEST_SIZE];

	(void)state;
	part.listed = report.policies;
	part.listed_count = report.policy_count;
	part.policy_count = 0;
	report_write_digest(&report, expected);
	report_write_digest(&part, digest);
	assert_memory_equal(digest, expected, sizeof(digest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_of_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
