/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/sts-policy.h"
#include "tests/test.h"

#define GOOD "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 86401\n"

/* Problems and patterns joined by "|". */
static const struct {
	const char *text;
	const char *problems;
	PolicyStsMode mode;
	int64_t max_age;
	const char *mx;
} policies[] = {
	{GOOD, "", POLICY_STS_ENFORCE, 86401, "a.example"},
	{"version: STSv1\r\nmode:testing\r\nmx:  *.A.Example \r\n"
	 "max_age: 1",
		"", POLICY_STS_TESTING, 1, "*.a.example"},
	{"version: STSv1\nmode: none\nmax_age: 86400\n", "", POLICY_STS_NONE,
		86400, ""},
	{GOOD "mode: none\nversion: 2\nmax_age: x\nmx: b.example\n", "",
		POLICY_STS_ENFORCE, 86401, "a.example|b.example"},
	{GOOD "ext-1_a.b: anything: at all\n\n", "", POLICY_STS_ENFORCE, 86401,
		"a.example"},
	{"",
		"version is missing|mode is missing|max_age is missing|"
		"mx is missing",
		POLICY_STS_UNKNOWN, -1, ""},
	{"version: STSv2\nmode: Enforce\nmx: a.example\nmax_age: 1e3\n",
		"version: \"STSv2\" is not STSv1|mode: \"Enforce\" is not "
		"enforce, testing or none|max_age: \"1e3\" is not a number of "
		"seconds of up to ten digits",
		POLICY_STS_UNKNOWN, -1, "a.example"},
	{GOOD "<html>\n", "\"<html>\" is not KEY: VALUE", POLICY_STS_ENFORCE,
		86401, "a.example"},
	{GOOD "mx: 192.0.2.1:25\nmx: *\nmx: *.*.b.example\nmx: b.example.\n",
		"mx: \"192.0.2.1:25\" is neither a host name nor *. and one|"
		"mx: \"*\" is neither a host name nor *. and one|"
		"mx: \"*.*.b.example\" is neither a host name nor *. and one|"
		"mx: \"b.example.\" is neither a host name nor *. and one",
		POLICY_STS_ENFORCE, 86401, "a.example"},
	{GOOD "x: \377\n", "the text is not UTF-8", POLICY_STS_ENFORCE, 86401,
		"a.example"},
};

static const struct {
	const char *pattern;
	const char *host;
	bool covers;
} covers[] = {
	{"mx.a.example", "mx.a.example", true},
	{"a.example", "mx.a.example", false},
	{"*.a.example", "mx.a.example", true},
	{"*.a.example", "a.example", false},
	{"*.a.example", "x.mx.a.example", false},
	{"*.a.example", ".a.example", false},
	{"*.a.example", "mxa.example", false},
};

static void test_policies(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(policies); i++) {
		g_auto(StsPolicy) policy = {0};
		g_autofree char *problems = NULL;
		g_autofree char *mx = NULL;

		sts_policy_parse(
			policies[i].text, strlen(policies[i].text), &policy);
		problems = g_strjoinv("|", policy.problems);
		mx = g_strjoinv("|", policy.values.mx);
		assert_string_equal(problems, policies[i].problems);
		assert_int_equal(policy.values.mode, policies[i].mode);
		assert_int_equal(policy.values.max_age, policies[i].max_age);
		assert_string_equal(mx, policies[i].mx);
	}
}

static void test_nul(void **state)
{
	static const char text[] = GOOD "\0mode: none";
	g_auto(StsPolicy) policy = {0};

	(void)state;
	sts_policy_parse(text, sizeof(text) - 1, &policy);
	assert_string_equal(policy.problems[0], "there is a NUL in it");
	assert_null(policy.problems[1]);
}

static void test_limits(void **state)
{
	GString *text = g_string_new(GOOD);
	g_auto(StsPolicy) policy = {0};

	(void)state;
	for (int i = 0; i < STS_POLICY_MX_MAX; i++)
		g_string_append_printf(text, "mx: m%d.example\n", i);
	for (int i = 0; i < 100; i++)
		g_string_append(text, "?\n");
	sts_policy_parse(text->str, text->len, &policy);
	assert_int_equal(g_strv_length(policy.values.mx), STS_POLICY_MX_MAX);
	assert_int_equal(g_strv_length(policy.problems), 20);
	g_string_free(text, TRUE);
}

static void test_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(covers); i++)
		assert_int_equal(sts_policy_pattern_covers(
					 covers[i].pattern, covers[i].host),
			covers[i].covers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
