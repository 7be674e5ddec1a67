/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/allowance.h"

#include <syslog.h>

#include "milter/log.h"
#include "tests/test.h"

enum {
	ROWS_MOST = 10,
};

static int64_t now;
static guint logged;

/* In the place of GLib's. */
gint64 g_get_real_time(void)
{
	return now;
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;
	g_autofree char *line = NULL;

	assert_int_equal(priority, LOG_WARNING);
	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	assert_true(g_str_has_prefix(line, "flood: "));
	logged++;
}

static void trust(const char *domain)
{
	GHashTable *domains =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (domain != NULL)
		g_hash_table_add(domains, g_strdup(domain));
	allowance_set_trusted(domains);
}

/* One row, a row for its policy and three for that one's failures. */
static void count(const char *auth_domain, int times)
{
	const ReportPolicy policy = {.failure_count = 3};
	const Report report = {.policies = &policy, .policy_count = 1};

	for (int i = 0; i < times; i++)
		allowance_count(auth_domain, false, &report);
}

static int begin(void **state)
{
	(void)state;
	now += G_TIME_SPAN_DAY;
	logged = 0;
	trust("trusted.example");
	return 0;
}

static void test_rows(void **state)
{
	(void)state;
	count("", 1);
	assert_true(allowance_permits("", false, ROWS_MOST));
	count("stranger.example", 1);
	assert_false(allowance_permits("", false, ROWS_MOST));
	assert_false(allowance_permits("stranger.example", false, ROWS_MOST));
	assert_true(allowance_permits("", false, ROWS_MOST + 1));
}

static void test_trusted(void **state)
{
	(void)state;
	count("trusted.example", 9);
	assert_true(allowance_permits("", false, ROWS_MOST));
	count("", 9);
	assert_true(allowance_permits("trusted.example", false, ROWS_MOST));
	assert_false(allowance_permits("a.trusted.example", false, ROWS_MOST));
	trust("*");
	assert_true(allowance_permits("a.trusted.example", false, ROWS_MOST));
	assert_false(allowance_permits("", false, ROWS_MOST));
	trust(NULL);
	assert_false(allowance_permits("trusted.example", false, ROWS_MOST));
}

static void test_days(void **state)
{
	(void)state;
	count("", 2);
	for (int i = 0; i < 3; i++)
		assert_false(allowance_permits("", false, ROWS_MOST));
	assert_int_equal(logged, 1);
	now += G_TIME_SPAN_DAY;
	assert_true(allowance_permits("", false, ROWS_MOST));
	count("", 2);
	assert_false(allowance_permits("", false, ROWS_MOST));
	assert_int_equal(logged, 2);
}

/* Who floods the web server does not close the mailbox, nor the other way. */
static void test_apart(void **state)
{
	const ReportPolicy policy = {.failure_count = 1000};
	const Report report = {.policies = &policy, .policy_count = 1};

	(void)state;
	allowance_count("", true, &report);
	assert_false(allowance_permits("", true, ROWS_MOST));
	assert_true(allowance_permits("", false, ROWS_MOST));
	count("", 2);
	assert_false(allowance_permits("", false, ROWS_MOST));
	assert_int_equal(logged, 2);
}

static int end(void **state)
{
	(void)state;
	allowance_set_trusted(NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_rows, begin),
		cmocka_unit_test_setup(test_trusted, begin),
		cmocka_unit_test_setup(test_days, begin),
		cmocka_unit_test_setup(test_apart, begin),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
