/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/report-params.h"
#include "tests/sql/read-binary.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* Values by the names of arguments of tlsrpt.ingest_batch(). */
static const struct {
	const char *name;
	const char *single;
	const char *batch;
} cases[] = {
	{"r_received_by", "here", "{\"here\",\"here\"}"},
	{"r_auth_domain", "", "{\"\",\"\"}"},
	{"r_organization_name", "NULL", "{\"NULL\",\"NULL\"}"},
	{"r_contact_info", NULL, "{NULL,NULL}"},
	{"r_period_start", "1790812800", "{\"1790812800\",\"1790812800\"}"},
	{"r_remarks", "{\"a \\\"remark\\\"\"}",
		"{\"{\\\"a \\\\\\\"remark\\\\\\\"\\\"}\",\"{\\\"a "
		"\\\\\\\"remark\\\\\\\"\\\"}\"}"},
	{"p_policy_type", "{\"sts\",\"tlsa\"}",
		"{\"sts\",\"tlsa\",\"sts\",\"tlsa\"}"},
	{"p_mx_host", "{\"{\\\"*.x.example\\\"}\",\"{}\"}", NULL},
	{"p_successful_sessions", "{\"7\",\"5\"}", "{\"7\",\"5\",\"7\",\"5\"}"},
	{"f_policy", "{\"1\"}", "{\"1\",\"1\"}"},
	{"f_receiving_mx_helo", "{NULL}", "{NULL,NULL}"},
	{"f_failure_reason_code",
		"{\"it's {NULL}, \\\"quoted\\\" \\\\ and\nbroken\"}", NULL},
	{"f_extra", "{\"{\\\"raw\\\":\\\"\\\\\\\\\\\"}\"}", NULL},
	{"p_report", NULL, "{\"1\",\"1\",\"2\",\"2\"}"},
	{"p_number", NULL, "{\"1\",\"2\",\"1\",\"2\"}"},
	{"f_report", NULL, "{\"1\",\"2\"}"},
	{"f_number", NULL, "{\"1\",\"1\"}"},
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
		g_autofree char *value =
			read_binary_param(&params, cases[i].name, false);

		if (cases[i].single == NULL)
			assert_null(value);
		else
			assert_string_equal(value, cases[i].single);
	}
}

static void test_batch(void **state)
{
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init_batch(&params, rows, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *value =
			read_binary_param(&params, cases[i].name, true);

		if (cases[i].batch != NULL)
			assert_string_equal(value, cases[i].batch);
	}
}

/* What has no value has no place for one, whatever a session is set to. */
static void test_nulls(void **state)
{
	g_auto(ReportParams) params = {0};
	static const char null[] = "\xff\xff\xff\xff";

	(void)state;
	report_params_init(&params, &rows[0]);
	for (size_t i = 0; i < params.count; i++) {
		if (strcmp(params.names[i], "f_receiving_ip") == 0 ||
			strcmp(params.names[i], "f_receiving_mx_helo") == 0) {
			assert_int_equal(params.lengths[i], 20 + 4);
			assert_memory_equal(params.values[i] + 20, null, 4);
		}
	}
}

/* What is no address goes to the server, which refuses it. */
static void test_addresses(void **state)
{
	static const struct {
		const char *text;
		const char *read;
	} addresses[] = {
		{"192.0.2.255", "192.0.2.255"},
		{"2001:db8::1", "2001:db8::1"},
		{"192.0.2.1/24", "odd"},
		{"", "odd"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		GString *value = g_string_new(NULL);
		g_autofree char *text = NULL;

		binary_add_address(value, addresses[i].text);
		text = read_binary_address(value->str, value->len);
		assert_string_equal(text, addresses[i].read);
		g_string_free(value, TRUE);
	}
}

static void assert_no_elements(const ReportParams *params, size_t i)
{
	g_autofree char *array = read_binary_array(
		params->values[i], (size_t)params->lengths[i]);

	assert_string_equal(array, "{}");
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
	assert_null(read_binary_param(&params, "r_extra", false));
	for (size_t i = 10; i < params.count; i++)
		assert_no_elements(&params, i);
}

static void assert_batch(
	const ReportParams *params, const char *name, const char *expected)
{
	g_autofree char *value = read_binary_param(params, name, true);

	assert_string_equal(value, expected);
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
	assert_batch(&params, "f_policy", "{\"1\",\"1\",\"2\",\"1\"}");
	assert_batch(&params, "p_report", "{\"1\",\"1\",\"2\",\"2\"}");
	assert_batch(&params, "p_number", "{\"1\",\"2\",\"1\",\"2\"}");
	assert_batch(&params, "f_report", "{\"1\",\"1\",\"1\",\"2\"}");
	assert_batch(&params, "f_number", "{\"1\",\"2\",\"3\",\"1\"}");
}

static void test_no_report(void **state)
{
	g_auto(ReportParams) params = {0};

	(void)state;
	report_params_init_batch(&params, rows, 0);
	assert_true(params.count > 0);
	for (size_t i = 0; i < params.count; i++)
		assert_no_elements(&params, i);
}

/* What only a batch has is neither asked for nor given. */
static void test_statements(void **state)
{
	g_auto(ReportParams) single = {0};
	g_auto(ReportParams) batch = {0};
	g_autofree char *one = NULL;
	g_autofree char *many = NULL;

	(void)state;
	report_params_init(&single, &rows[0]);
	report_params_init_batch(&batch, rows, 2);
	one = g_strdup_printf("$%zu)", single.count);
	many = g_strdup_printf("$%zu)) AS outcome", batch.count);
	assert_true(g_str_has_prefix(
		single.statement->str, "SELECT tlsrpt.ingest($1, $2, "));
	assert_true(g_str_has_suffix(single.statement->str, one));
	assert_true(g_str_has_suffix(batch.statement->str, many));
	assert_null(read_binary_param(&single, "f_report", false));
	assert_int_equal(batch.count, single.count + 4);
}

static void test_digest(void **state)
{
	g_auto(ReportParams) params = {0};
	StoreReport row = rows[0];
	g_autofree char *digest = NULL;

	(void)state;
	memset(row.digest, 0xa5, sizeof(row.digest));
	report_params_init(&params, &row);
	digest = read_binary_param(&params, "r_content_digest", false);
	assert_int_equal(strlen(digest), 2 * STORE_DIGEST_SIZE);
	assert_true(g_str_has_prefix(digest, "a5a5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_report),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_nulls),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_no_policies),
		cmocka_unit_test(test_numbers_in_a_batch),
		cmocka_unit_test(test_no_report),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
