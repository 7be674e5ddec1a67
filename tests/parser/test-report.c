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
		{.policy_type = "sts",
			.policy_domain = "a.example",
			.successful_sessions = INT64_MAX,
			.failed_sessions = 2},
		{.policy_type = "sts",
			.policy_domain = "b.example",
			.successful_sessions = 1,
			.failed_sessions = 3},
	};

	(void)state;
	report->policies = policies;
	report->policy_count = 2;
	assert_true(report_get_sessions(report).successful == INT64_MAX);
	assert_int_equal(report_get_sessions(report).failed, 5);
}

/* The larger of tlsa and sts for each domain, and all others. */
static void test_same_sessions_twice(void **state)
{
	g_autoptr(Report) report = report_new();
	const ReportPolicy policies[] = {
		{.policy_type = "tlsa",
			.policy_domain = "a.example",
			.successful_sessions = 4,
			.failed_sessions = 1},
		{.policy_type = "sts",
			.policy_domain = "a.example",
			.successful_sessions = 3,
			.failed_sessions = 2},
		{.policy_type = "tlsa",
			.policy_domain = "a.example",
			.successful_sessions = 10,
			.failed_sessions = 0},
		{.policy_type = "sts",
			.policy_domain = "b.example",
			.successful_sessions = 100,
			.failed_sessions = 10},
		{.policy_type = "no-policy-found",
			.policy_domain = "b.example",
			.successful_sessions = 1000,
			.failed_sessions = 20},
	};

	(void)state;
	assert_int_equal(report_get_sessions(report).successful, 0);
	report->policies = policies;
	report->policy_count = G_N_ELEMENTS(policies);
	assert_int_equal(report_get_sessions(report).successful, 1114);
	assert_int_equal(report_get_sessions(report).failed, 32);
}

static const char *const ours[] = {"a.example", "b.example", NULL};

/* Types and domains of policies, and those that stay: "-" says that the report
 * is about none of the domains. */
static const struct {
	const char *policies;
	const char *kept;
} choices[] = {
	{"sts a.example", "a.example"},
	{"sts A.example", "-"},
	{"sts c.example", "-"},
	{"", "-"},
	{"sts c.example,sts a.example,sts d.example,sts b.example",
		"a.example b.example"},
	{"tlsa mx.a.example", "mx.a.example"},
	{"sts mx.a.example", "-"},
	{"tlsa a.example", "a.example"},
	{"tlsa mxa.example", "-"},
	{"tlsa mx.c.example", "-"},
	{"tlsa 1.mx.b.example,no-policy-found a.example.org", "1.mx.b.example"},
};

static Report *make_report(const char *text)
{
	Report *report = report_new();
	g_auto(GStrv) items = g_strsplit(text, ",", -1);
	size_t count = g_strv_length(items);
	ReportPolicy *policies =
		report_alloc(report, (count + 1) * sizeof(*policies));

	for (size_t i = 0; i < count; i++) {
		g_auto(GStrv) words = g_strsplit(items[i], " ", 2);

		policies[i].policy_type =
			report_copy_string(report, words[0], strlen(words[0]));
		policies[i].policy_domain =
			report_copy_string(report, words[1], strlen(words[1]));
	}
	report->policies = policies;
	report->policy_count = count;
	return report;
}

static char *list_domains(const Report *report)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < report->policy_count; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
			report->policies[i].policy_domain);
	return g_string_free(text, FALSE);
}

static void test_only_what_is_about_us_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autoptr(Report) report = make_report(choices[i].policies);
		const ReportPolicy *policies = report->policies;
		size_t count = report->policy_count;
		size_t listed;
		bool any = report_keep_policies(report, ours);
		g_autofree char *kept = list_domains(report);

		if (strcmp(any ? kept : "-", choices[i].kept) != 0)
			fail_msg("%s: %s", choices[i].policies, kept);
		assert_ptr_equal(report_get_listed(report, &listed), policies);
		assert_int_equal(listed, count);
		assert_true(any || report->policy_count == count);
	}
}

static void test_what_is_left_out_is_said_once(void **state)
{
	g_autoptr(Report) report =
		make_report("sts c.example,sts a.example,sts d.example");

	(void)state;
	assert_true(report_keep_policies(report, ours));
	assert_true(report_keep_policies(report, ours));
	assert_string_equal(report->remarks[0],
		"policies about other domains than policy_domains left out: "
		"2 of 3");
	assert_null(report->remarks[1]);
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
		cmocka_unit_test(test_same_sessions_twice),
		cmocka_unit_test(test_only_what_is_about_us_stays),
		cmocka_unit_test(test_what_is_left_out_is_said_once),
		cmocka_unit_test(test_reporter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
