/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/limits.h"

#include "tests/test.h"
#include "trust/dkim-verify.h"

static void test_limits(void **state)
{
	g_autoptr(Settings) settings = settings_new_default();
	ParseLimits limits;

	(void)state;
	settings->max_message_size = 1;
	settings->max_report_size = 2;
	settings->max_parse_memory = 3;
	settings->max_policies = 4;
	settings->max_failure_details = 5;
	settings->max_report_age = 6;
	settings->max_report_future = 7;
	limits = limits_from_settings(settings);
	assert_int_equal(limits.message_size, 1);
	assert_int_equal(limits.report_size, 2);
	assert_int_equal(limits.parse_memory, 3);
	assert_int_equal(limits.policies, 4);
	assert_int_equal(limits.failure_details, 5);
	assert_int_equal(limits.report_age, 6 * 86400);
	assert_int_equal(limits.report_future, 7 * 86400);
	assert_int_equal(limits.string_size, PARSE_LIMITS_DEFAULT.string_size);
}

static void test_method(void **state)
{
	static const struct {
		int64_t dkim;
		AuthenticateMethod method;
	} methods[] = {
		{SETTINGS_DKIM_OFF, AUTHENTICATE_OFF},
		{SETTINGS_DKIM_AUTHRES, AUTHENTICATE_AUTHRES},
		{SETTINGS_DKIM_VERIFY, AUTHENTICATE_VERIFY},
	};
	g_autoptr(Settings) settings = settings_new_default();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		AuthenticateRules rules;

		settings->dkim = methods[i].dkim;
		rules = limits_get_authentication(settings, false, 7);
		assert_int_equal(rules.method, methods[i].method);
		assert_ptr_equal(
			rules.authserv_id, settings->trusted_authserv_id);
		assert_int_equal(rules.deadline, 7);
	}
}

/* Whoever sends it writes all of it, Authentication-Results included. */
static void test_method_over_https(void **state)
{
	g_autoptr(Settings) settings = settings_new_default();
	AuthenticateMethod verify = dkim_verify_is_available()
					    ? AUTHENTICATE_VERIFY
					    : AUTHENTICATE_OFF;

	(void)state;
	for (int64_t dkim = SETTINGS_DKIM_OFF; dkim <= SETTINGS_DKIM_VERIFY;
		dkim++) {
		AuthenticateRules rules;

		settings->dkim = dkim;
		rules = limits_get_authentication(settings, true, 7);
		assert_int_equal(rules.method,
			dkim == SETTINGS_DKIM_OFF       ? AUTHENTICATE_OFF
			: dkim == SETTINGS_DKIM_AUTHRES ? verify
							: AUTHENTICATE_VERIFY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_method),
		cmocka_unit_test(test_method_over_https),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
