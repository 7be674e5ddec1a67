/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/report-key.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

static const ReportPolicy other_order[] = {
	{.policy_domain = "mx.x.example"},
	{.policy_domain = "x.example"},
	{.policy_domain = "x.example"},
};

static const ReportPolicy joined[] = {
	{.policy_domain = "mx.x.examplex.example"}};

/* Changes of a report that has the digest 0..., and whether they make another
 * report of it: unauthenticated, and authenticated as a.example. */
static const struct {
	const char *what;
	Report report;
	const char *auth_domain;
	uint8_t digest;
	bool other;
} cases[] = {
	{"nothing", {0}, "a.example", 0, false},
	{"content of an authenticated one", {0}, "a.example", 1, false},
	{"content of another one", {0}, "", 1, true},
	{"who signed", {0}, "b.example", 0, true},
	{"report-id", {.report_id = "id2"}, "a.example", 0, true},
	{"start", {.period_start = 1790812801}, "a.example", 0, true},
	{"end", {.period_end = 1790899200}, "a.example", 0, false},
	{"order of policies", {.policies = other_order, .policy_count = 3},
		"a.example", 0, false},
	{"policies", {.policies = other_order, .policy_count = 1}, "a.example",
		0, true},
	{"policies that do not count",
		{.policies = other_order,
			.policy_count = 1,
			.listed = other_order,
			.listed_count = 3},
		"a.example", 0, false},
	{"where a domain ends", {.policies = joined, .policy_count = 1},
		"a.example", 0, true},
};

static void compute(const Report *change, const char *auth_domain,
	uint8_t digest, uint8_t key[REPORT_KEY_SIZE])
{
	Report report = sample_report;
	StoreReport row = {.report = &report, .auth_domain = auth_domain};

	memset(row.digest, digest, sizeof(row.digest));
	if (change->report_id != NULL)
		report.report_id = change->report_id;
	if (change->period_start != 0)
		report.period_start = change->period_start;
	if (change->period_end != 0)
		report.period_end = change->period_end;
	if (change->policy_count != 0) {
		report.policies = change->policies;
		report.policy_count = change->policy_count;
		report.listed = change->listed;
		report.listed_count = change->listed_count;
	}
	report_key_compute(&row, key);
}

static void test_what_makes_another_report(void **state)
{
	const Report unchanged = {0};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool authenticated = *cases[i].auth_domain != '\0';
		uint8_t before[REPORT_KEY_SIZE];
		uint8_t after[REPORT_KEY_SIZE];

		print_message("# %s\n", cases[i].what);
		compute(&unchanged, authenticated ? "a.example" : "", 0,
			before);
		compute(&cases[i].report, cases[i].auth_domain, cases[i].digest,
			after);
		assert_int_equal(memcmp(before, after, REPORT_KEY_SIZE) != 0,
			cases[i].other);
	}
}

static void test_authenticated_keys_are_apart(void **state)
{
	const Report unchanged = {0};
	uint8_t with[REPORT_KEY_SIZE];
	uint8_t without[REPORT_KEY_SIZE];

	(void)state;
	compute(&unchanged, "a.example", 0, with);
	compute(&unchanged, "", 0, without);
	assert_memory_not_equal(with, without, REPORT_KEY_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_makes_another_report),
		cmocka_unit_test(test_authenticated_keys_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
