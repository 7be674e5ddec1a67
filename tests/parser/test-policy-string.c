/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/policy-string.h"
#include "parser/policy-type.h"
#include "parser/type-name.h"
#include "tests/test.h"

static const struct {
	const char *lines[6];
	PolicyStsMode mode;
	int64_t max_age;
	const char *mx;
} policies[] = {
	{{"version: STSv1", "mode: enforce", "mx: a.example", "mx:*.b.example ",
		 "max_age: 604800", NULL},
		POLICY_STS_ENFORCE, 604800, "a.example *.b.example"},
	{{"mode:testing", NULL}, POLICY_STS_TESTING, -1, ""},
	{{"mode: none", "mode: enforce", "max_age: 1", "max_age: 2", NULL},
		POLICY_STS_NONE, 1, ""},
	{{"mode: Enforce", "mode: enforce", NULL}, POLICY_STS_UNKNOWN, -1, ""},
	{{"model: enforce", "xmode: enforce", "mode enforce", NULL},
		POLICY_STS_UNKNOWN, -1, ""},
	{{"max_age: 12345678901", NULL}, POLICY_STS_UNKNOWN, -1, ""},
	{{"max_age: -1", NULL}, POLICY_STS_UNKNOWN, -1, ""},
	{{NULL}, POLICY_STS_UNKNOWN, -1, ""},
};

static const struct {
	const char *line;
	bool valid;
	uint8_t octets[3];
} records[] = {
	{"3 1 1 AABBccdd", true, {3, 1, 1}},
	{" 255 255 255 aa bb", true, {255, 255, 255}},
	{"3 1 1", false, {0}},
	{"3 1 1 ", false, {0}},
	{"256 1 1 aa", false, {0}},
	{"3 1 aa", false, {0}},
	{"3 1 1 xyz", false, {0}},
	{"-3 1 1 aa", false, {0}},
	{"", false, {0}},
};

static const struct {
	const char *text;
	const char *joined;
} texts[] = {
	{"a: 1; b: 2;;\r\n c: 3 ", "a: 1|b: 2|c: 3"},
	{"one", "one"},
	{" ; \n", ""},
	{"", ""},
};

static const struct {
	const char *text;
	const char *name;
} names[] = {
	{"sts", "sts"},
	{" STS ", "sts"},
	{"No_Policy Found", "no-policy-found"},
	{"a\v\fb", "a--b"},
	{"\303\204", "\303\244"},
	{"", ""},
};

static void test_sts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(policies); i++) {
		g_auto(PolicySts) sts = {0};
		g_autofree char *mx = NULL;

		policy_string_parse_sts(policies[i].lines, &sts);
		mx = g_strjoinv(" ", sts.mx);
		assert_int_equal(sts.mode, policies[i].mode);
		assert_int_equal(sts.max_age, policies[i].max_age);
		assert_string_equal(mx, policies[i].mx);
	}
}

static void test_mode_names(void **state)
{
	(void)state;
	assert_string_equal(
		policy_sts_mode_name(POLICY_STS_TESTING), "testing");
	assert_null(policy_sts_mode_name(POLICY_STS_UNKNOWN));
}

static void test_tlsa(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		PolicyTlsa tlsa;

		assert_int_equal(
			policy_string_parse_tlsa(records[i].line, &tlsa),
			records[i].valid);
		if (!records[i].valid)
			continue;
		assert_int_equal(tlsa.usage, records[i].octets[0]);
		assert_int_equal(tlsa.selector, records[i].octets[1]);
		assert_int_equal(tlsa.matching_type, records[i].octets[2]);
	}
}

static void test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(GStrv) lines = policy_string_split(texts[i].text);
		g_autofree char *joined = g_strjoinv("|", lines);

		assert_string_equal(joined, texts[i].joined);
	}
}

static void test_type_names(void **state)
{
	g_autofree char *text = g_strconcat(
		"x", "\303\244\303\244\303\244\303\244\303\244\303\244", NULL);
	g_autoptr(GString) many = g_string_new("x");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *name = type_name_make_canonical(names[i].text);

		assert_string_equal(name, names[i].name);
	}
	while (many->len <= 2 * TYPE_NAME_MAX)
		g_string_append(many, text + 1);
	g_free(text);
	text = type_name_make_canonical(many->str);
	assert_int_equal(strlen(text), TYPE_NAME_MAX - 1);
	assert_true(g_utf8_validate(text, -1, NULL));
	assert_non_null(policy_type_get_info("tlsa"));
	assert_null(policy_type_get_info("TLSA"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sts),
		cmocka_unit_test(test_mode_names),
		cmocka_unit_test(test_tlsa),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
