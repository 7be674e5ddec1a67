/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/report.h"
#include "tests/test.h"

static void test_equal_strings_are_shared(void **state)
{
	g_autoptr(Report) report = report_new();
	const char *first = report_copy_string(report, "mx.example.com", 14);
	const char *second = report_copy_string(report, "mx.example.com!", 14);

	(void)state;
	assert_string_equal(first, "mx.example.com");
	assert_ptr_equal(first, second);
}

static void test_large_strings_survive_small_ones(void **state)
{
	g_autoptr(Report) report = report_new();
	g_autofree char *text = g_strnfill(100000, 'x');
	const char *large;

	(void)state;
	report_copy_string(report, "before", 6);
	large = report_copy_string(report, text, 100000);
	for (int i = 0; i < 10000; i++) {
		g_autofree char *small = g_strdup_printf("row %d", i);

		report_copy_string(report, small, strlen(small));
	}
	assert_string_equal(large, text);
}

static void test_memory_is_zeroed_and_aligned(void **state)
{
	g_autoptr(Report) report = report_new();

	(void)state;
	for (size_t size = 1; size < 5000; size += 7) {
		char *memory = report_alloc(report, size);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		assert_int_equal(memory[0], 0);
		assert_int_equal(memory[size - 1], 0);
	}
}

static void test_sums_are_capped(void **state)
{
	g_autoptr(Report) report = report_new();
	const ReportPolicy policies[] = {
		{.successful_sessions = INT64_MAX, .failed_sessions = 2},
		{.successful_sessions = 1, .failed_sessions = 3},
	};

	(void)state;
	report->policies = policies;
	report->policy_count = 2;
	assert_true(report_get_successful_sessions(report) == INT64_MAX);
	assert_int_equal(report_get_failed_sessions(report), 5);
}

/* Contact and submitter, and who of them is the reporter. */
static const struct {
	const char *contact_info;
	const char *submitter;
	const char *reporter;
} reporters[] = {
	{"tls@reporter.example", "mail.example", "reporter.example"},
	{"<TLS@Reporter.Example>", NULL, "reporter.example"},
	{"reporter.example", "mail.example", "mail.example"},
	{NULL, "mail.example", "mail.example"},
	{"call us", NULL, NULL},
	{NULL, NULL, NULL},
};

static void test_reporter(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(reporters); i++) {
		Report report = {.contact_info = reporters[i].contact_info};
		g_autofree char *reporter =
			report_find_reporter(&report, reporters[i].submitter);

		if (g_strcmp0(reporter, reporters[i].reporter) != 0)
			fail_msg("row %zu gives %s", i, reporter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_strings_are_shared),
		cmocka_unit_test(test_large_strings_survive_small_ones),
		cmocka_unit_test(test_memory_is_zeroed_and_aligned),
		cmocka_unit_test(test_sums_are_capped),
		cmocka_unit_test(test_reporter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
