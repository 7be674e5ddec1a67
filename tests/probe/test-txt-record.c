/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/txt-record.h"
#include "tests/test.h"

/* What is chosen among records that stand at one name. */
static const struct {
	TxtRecordKind kind;
	const char *texts[4];
	guint matching;
	bool near;
	const char *text;
} choices[] = {
	{TXT_RECORD_TLSRPT, {"v=TLSRPTv1; rua=mailto:a@b.example"}, 1, false,
		"v=TLSRPTv1; rua=mailto:a@b.example"},
	{TXT_RECORD_TLSRPT, {"v=spf1 -all", "v=TLSRPTv1;rua=x:y"}, 1, false,
		"v=TLSRPTv1;rua=x:y"},
	{TXT_RECORD_TLSRPT, {"v=TLSRPTv1;a=1", "v=TLSRPTv1;b=1"}, 2, false,
		"v=TLSRPTv1;a=1"},
	{TXT_RECORD_TLSRPT, {"V=TLSRPTv1; a=1", "v=TLSRPTv1;b=1"}, 1, false,
		"v=TLSRPTv1;b=1"},
	{TXT_RECORD_TLSRPT, {"v=TLSRPTv1 ; a=1"}, 1, false, "v=TLSRPTv1 ; a=1"},
	{TXT_RECORD_TLSRPT, {"v=TLSRPTv1"}, 1, false, "v=TLSRPTv1"},
	{TXT_RECORD_TLSRPT, {"v=TLSRPTv11; a=1"}, 0, true, "v=TLSRPTv11; a=1"},
	{TXT_RECORD_TLSRPT, {" v=tlsrptv1; a=1"}, 0, true, " v=tlsrptv1; a=1"},
	{TXT_RECORD_TLSRPT, {"v=STSv1; id=1"}, 0, false, NULL},
	{TXT_RECORD_TLSRPT, {NULL}, 0, false, NULL},
	{TXT_RECORD_STS, {"v=STSv1; id=1"}, 1, false, "v=STSv1; id=1"},
	{TXT_RECORD_STS, {"v=stsv1; id=1"}, 0, true, "v=stsv1; id=1"},
};

/* `values` joined by "|"; `problem` is NULL for a good record. */
static const struct {
	const char *text;
	const char *problem;
	const char *values;
} tlsrpt_records[] = {
	{"v=TLSRPTv1; rua=mailto:a@b.example", NULL, "mailto:a@b.example"},
	{"v=TLSRPTv1;rua=mailto:a@b.example;", NULL, "mailto:a@b.example"},
	{"v=TLSRPTv1;rua=mailto:a@b.example , https://c.example/d", NULL,
		"mailto:a@b.example|https://c.example/d"},
	{"v=TLSRPTv1; x.y-z_1=2; rua=mailto:a@b.example", NULL,
		"mailto:a@b.example"},
	{"v=TLSRPTv1; rua=a@b.example", NULL, "a@b.example"},
	{"v=TLSRPTv1", NULL, ""},
	{"v=TLSRPTv1;", NULL, ""},
	{"v=TLSRPTv1;; rua=x:y", "two semicolons follow each other", "x:y"},
	{"v=TLSRPTv1; rua=x:y; rua=z:y", "there is more than one rua", "x:y"},
	{"v=TLSRPTv1; rua", "\"rua\" is not NAME=VALUE", ""},
	{"v=TLSRPTv1; ext=a b", "\"ext=a b\" is not NAME=VALUE", ""},
	{"v=TLSRPTv1; ext=a=b", "\"ext=a=b\" is not NAME=VALUE", ""},
	{"v=TLSRPTv1; ext=", "\"ext=\" is not NAME=VALUE", ""},
	{"v=TLSRPTv1; -x=1", "\"-x=1\" is not NAME=VALUE", ""},
	{"v=TLSRPTv1; rua=mailto:a b", "\"mailto:a b\" in rua is not a URI",
		""},
	{"v=TLSRPTv1; rua=mailto:a!10m", "\"mailto:a!10m\" in rua is not a URI",
		""},
	{"v=TLSRPTv1; rua=", NULL, ""},
	{"v=TLSRPTv1; rua=x:y,,z:y", "\"\" in rua is not a URI", "x:y|z:y"},
};

static const struct {
	const char *text;
	const char *problem;
	const char *values;
} sts_records[] = {
	{"v=STSv1; id=20261128T000000", NULL, "20261128T000000"},
	{"v=STSv1;id=1;", NULL, "1"},
	{"v=STSv1; x=1; id=2", NULL, "2"},
	{"v=STSv1;", NULL, ""},
	{"v=STSv1; id=1; id=2", "there is more than one id", "1"},
	{"v=STSv1; id=a-b", NULL, "a-b"},
	{"v=STSv1; id", "\"id\" is not NAME=VALUE", ""},
};

static const struct {
	const char *id;
	bool good;
} ids[] = {
	{"1", true},
	{"12345678901234567890123456789012", true},
	{"123456789012345678901234567890123", false},
	{"", false},
	{"a-b", false},
	{"\303\244", false},
};

static void test_choice(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autoptr(GPtrArray) texts =
			g_ptr_array_new_with_free_func(g_free);
		TxtRecord record = {0};

		for (size_t j = 0; choices[i].texts[j] != NULL; j++)
			g_ptr_array_add(texts, g_strdup(choices[i].texts[j]));
		txt_record_choose(&record, choices[i].kind, texts);
		assert_int_equal(record.matching, choices[i].matching);
		assert_int_equal(record.near, choices[i].near);
		if (choices[i].text == NULL)
			assert_null(record.text);
		else
			assert_string_equal(record.text, choices[i].text);
		txt_record_clear(&record);
	}
}

static void compare(
	const TxtRecordFields *fields, const char *problem, const char *values)
{
	g_autofree char *joined = g_strjoinv("|", fields->values);

	if (problem == NULL)
		assert_null(fields->problem);
	else
		assert_string_equal(fields->problem, problem);
	assert_string_equal(joined, values);
}

static void test_tlsrpt(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(tlsrpt_records); i++) {
		g_auto(TxtRecordFields) fields = {0};

		txt_record_parse_tlsrpt(tlsrpt_records[i].text, &fields);
		compare(&fields, tlsrpt_records[i].problem,
			tlsrpt_records[i].values);
	}
}

static void test_sts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sts_records); i++) {
		g_auto(TxtRecordFields) fields = {0};

		txt_record_parse_sts(sts_records[i].text, &fields);
		compare(&fields, sts_records[i].problem, sts_records[i].values);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		assert_int_equal(txt_record_is_sts_id(ids[i].id), ids[i].good);
}

/* So many URIs are kept, and a text of that length is read. */
static void test_limits(void **state)
{
	GString *text = g_string_new("v=TLSRPTv1; rua=x:0");
	g_auto(TxtRecordFields) many = {0};
	g_auto(TxtRecordFields) longest = {0};
	g_auto(TxtRecordFields) longer = {0};

	(void)state;
	for (int i = 1; i <= TXT_RECORD_RUA_MAX; i++)
		g_string_append_printf(text, ",x:%d", i);
	txt_record_parse_tlsrpt(text->str, &many);
	assert_int_equal(g_strv_length(many.values), TXT_RECORD_RUA_MAX);
	g_string_assign(text, "v=TLSRPTv1; rua=x:");
	while (text->len < TXT_RECORD_MAX)
		g_string_append_c(text, 'y');
	txt_record_parse_tlsrpt(text->str, &longest);
	assert_null(longest.problem);
	g_string_append_c(text, 'y');
	txt_record_parse_tlsrpt(text->str, &longer);
	assert_string_equal(longer.problem, "it is longer than 4096 bytes");
	g_string_free(text, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_tlsrpt),
		cmocka_unit_test(test_sts),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
