/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/report-params.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* Columns by their place among the arguments of tlsrpt.ingest_batch(). */
static const struct {
	int column;
	const char *single;
	const char *batch;
} cases[] = {
	{2, "here", "{\"here\",\"here\"}"},
	{3, "", "{\"\",\"\"}"},
	{4, "NULL", "{\"NULL\",\"NULL\"}"},
	{5, NULL, "{NULL,NULL}"},
	{7, "1790812800", "{1790812800,1790812800}"},
	{10, "{\"a \\\"remark\\\"\"}",
		"{\"{\\\"a \\\\\\\"remark\\\\\\\"\\\"}\",\"{\\\"a "
		"\\\\\\\"remark\\\\\\\"\\\"}\"}"},
	{11, "{\"sts\",\"tlsa\"}", "{\"sts\",\"tlsa\",\"sts\",\"tlsa\"}"},
	{14, "{\"{\\\"*.x.example\\\"}\",\"{}\"}", NULL},
	{15, "{7,5}", "{7,5,7,5}"},
	{18, "{1}", "{1,1}"},
	{22, "{NULL}", "{NULL,NULL}"},
	{26, "{\"it's {NULL}, \\\"quoted\\\" \\\\ and\nbroken\"}", NULL},
	{27, "{\"{\\\"raw\\\":\\\"\\\\\\\\\\\"}\"}", NULL},
	{28, NULL, "{1,1,2,2}"},
	{29, NULL, "{1,2,1,2}"},
	{30, NULL, "{1,2}"},
	{31, NULL, "{1,1}"},
};

static const StoreReport rows[] = {
	{.report = &sample_report, .auth_domain = "", .received_by = "here"},
	{.report = &sample_report, .auth_domain = "", .received_by = "here"},
};

static void test_one_report(void **state)
{
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init(&params, &rows[0]);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		if (cases[i].column >= REPORT_PARAMS_INGEST)
			continue;
		if (cases[i].single == NULL)
			assert_null(params.values[cases[i].column]);
		else
			assert_string_equal(params.values[cases[i].column],
				cases[i].single);
	}
}

static void test_batch(void **state)
{
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init_batch(&params, rows, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		if (cases[i].batch != NULL)
			assert_string_equal(
				params.values[cases[i].column], cases[i].batch);
	}
}

static void test_no_policies(void **state)
{
	g_auto(ReportParams) params = {0};
	const Report report = {.organization_name = "Org",
		.report_id = "id",
		.remarks = sample_nothing};
	const StoreReport row = {
		.report = &report, .auth_domain = "", .received_by = "here"};

	(void)state;
	report_params_init(&params, &row);
	assert_null(params.values[9]);
	for (size_t i = 10; i < REPORT_PARAMS_INGEST; i++)
		assert_string_equal(params.values[i], "{}");
}

/* As ingest() does it: policies from 1 in each report, failures from 1 in each
 * report, whatever their policy. */
static void test_numbers_in_a_batch(void **state)
{
	static const ReportFailure failures[] = {
		{.result_type = "a"}, {.result_type = "b"}};
	static const ReportPolicy policies[] = {
		{.policy_type = "sts",
			.policy_domain = "x",
			.policy_string = sample_nothing,
			.mx_host = sample_nothing,
			.failures = failures,
			.failure_count = 2},
		{.policy_type = "tlsa",
			.policy_domain = "y",
			.policy_string = sample_nothing,
			.mx_host = sample_nothing,
			.failures = failures,
			.failure_count = 1},
	};
	const Report report = {.organization_name = "Org",
		.report_id = "id",
		.policies = policies,
		.policy_count = 2,
		.remarks = sample_nothing};
	const StoreReport batch[] = {
		{.report = &report, .auth_domain = "", .received_by = "here"},
		rows[0],
	};
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init_batch(&params, batch, G_N_ELEMENTS(batch));
	assert_string_equal(params.values[18], "{1,1,2,1}");
	assert_string_equal(params.values[28], "{1,1,2,2}");
	assert_string_equal(params.values[29], "{1,2,1,2}");
	assert_string_equal(params.values[30], "{1,1,1,2}");
	assert_string_equal(params.values[31], "{1,2,3,1}");
}

static void test_no_report(void **state)
{
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init_batch(&params, rows, 0);
	for (size_t i = 0; i < REPORT_PARAMS_BATCH; i++)
		assert_string_equal(params.values[i], "{}");
}

static void test_digest(void **state)
{
	g_auto(ReportParams) params = {0};
	StoreReport row = rows[0];

	(void)state;
	memset(row.digest, 0xa5, sizeof(row.digest));
	report_params_init(&params, &row);
	assert_int_equal(strlen(params.values[1]), 2 + 64);
	assert_true(g_str_has_prefix(params.values[1], "\\xa5a5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_report),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_no_policies),
		cmocka_unit_test(test_numbers_in_a_batch),
		cmocka_unit_test(test_no_report),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
