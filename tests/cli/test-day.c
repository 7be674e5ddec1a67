/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/day.h"
#include "tests/test.h"

/* 2026-03-01T12:34:56Z. */
#define NOW INT64_C(1772368496)

static const struct {
	const char *text;
	const char *day;
} cases[] = {
	{"0d", "2026-03-01"},
	{"1d", "2026-02-28"},
	{"30d", "2026-01-30"},
	{"2024-02-29", "2024-02-29"},
	{"2026-12-31", "2026-12-31"},
	{"", NULL},
	{"d", NULL},
	{"30", NULL},
	{"-1d", NULL},
	{"30 d", NULL},
	{"30days", NULL},
	{"1000000d", NULL},
	{"2026-2-1", NULL},
	{"2026-02-29", NULL},
	{"2026-13-01", NULL},
	{"0000-01-01", NULL},
	{"2026-01-01 ", NULL},
	{"20260101", NULL},
	{"today", "2026-03-01"},
	{"Yesterday", "2026-02-28"},
	{"tomorrow", NULL},
	{"0h", "2026-03-01"},
	{"12h", "2026-03-01"},
	{"13h", "2026-02-28"},
	{"24h", "2026-02-28"},
	{"1w", "2026-02-22"},
	{"1m", "2026-02-01"},
	{"13m", "2025-02-01"},
	{"2y", "2024-03-01"},
	{"9999y", NULL},
	{"99999m", NULL},
	{"1dw", NULL},
	{"1s", NULL},
	{"1M", NULL},
};

static void test_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *day = day_parse(cases[i].text, NOW, &error);

		if (cases[i].day != NULL) {
			assert_non_null(day);
			assert_string_equal(day, cases[i].day);
		} else {
			assert_null(day);
			assert_true(g_error_matches(error, G_OPTION_ERROR,
				G_OPTION_ERROR_BAD_VALUE));
		}
	}
}

static void test_message(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(day_parse("soon", NOW, &error));
	assert_string_equal(error->message,
		"\"soon\" is not a day: write YYYY-MM-DD, today, yesterday, or "
		"how long ago: 24h, 30d, 2w, 3m or 1y");
}

static const struct {
	const char *since;
	const char *until;
	const char *first;
	const char *last;
	const char *error;
} periods[] = {
	{NULL, NULL, NULL, NULL, NULL},
	{"1d", NULL, "2026-02-28", NULL, NULL},
	{NULL, "1d", NULL, "2026-02-28", NULL},
	{"1d", "2026-02-28", "2026-02-28", "2026-02-28", NULL},
	{"1d", "2d", NULL, NULL, "--since is after --until"},
	{"soon", "2d", NULL, NULL, "\"soon\" is not a day: "},
	{"2d", "soon", NULL, NULL, "\"soon\" is not a day: "},
};

static void test_periods(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(periods); i++) {
		const char *texts[] = {periods[i].since, periods[i].until};
		g_autoptr(GError) error = NULL;
		char *days[2] = {NULL, NULL};
		bool done = day_parse_period(texts, NOW, days, &error);
		g_autofree char *first = days[0];
		g_autofree char *last = days[1];

		assert_int_equal(done, periods[i].error == NULL);
		if (!done) {
			assert_true(g_str_has_prefix(
				error->message, periods[i].error));
			continue;
		}
		assert_int_equal(g_strcmp0(first, periods[i].first), 0);
		assert_int_equal(g_strcmp0(last, periods[i].last), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_periods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
