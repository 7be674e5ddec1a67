/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "probe/mx-record.h"
#include "tests/test.h"

/* An answer with these records, "PREFERENCE LABEL" each. */
static ResolverAnswer *make_answer(const char *const *records)
{
	ResolverAnswer *answer = g_new0(ResolverAnswer, 1);

	answer->outcome = *records != NULL ? RESOLVER_FOUND : RESOLVER_NO_DATA;
	answer->records =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (; *records != NULL; records++) {
		GString *data = g_string_new(NULL);
		const char *label = strchr(*records, ' ') + 1;

		g_string_append_c(data, 0);
		g_string_append_c(data, (char)atoi(*records));
		if (*label != '\0') {
			g_string_append_c(data, (char)strlen(label));
			g_string_append(data, label);
		}
		g_string_append_c(data, 0);
		g_ptr_array_add(answer->records, g_string_free_to_bytes(data));
	}
	return answer;
}

static const struct {
	const char *records[6];
	const char *hosts;
	bool null;
} cases[] = {
	{{"20 b", "10 c", "10 a", NULL}, "10 a 10 c 20 b ", false},
	{{"10 a", "20 a", "30 A", NULL}, "10 a ", false},
	{{"0 ", NULL}, "0  ", true},
	{{"0 ", "10 a", NULL}, "0  10 a ", false},
	{{NULL}, "0 example.com ", false},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ResolverAnswer) answer =
			make_answer(cases[i].records);
		bool cut;
		g_autoptr(GArray) records =
			mx_record_read(answer, "example.com", &cut);
		g_autoptr(GString) text = g_string_new(NULL);

		for (guint j = 0; j < records->len; j++) {
			const MxRecord *record =
				&g_array_index(records, MxRecord, j);

			g_string_append_printf(text, "%u %s ",
				record->preference, record->host);
		}
		assert_string_equal(text->str, cases[i].hosts);
		assert_int_equal(mx_record_is_null(records), cases[i].null);
		assert_false(cut);
	}
}

/* The best stay. */
static void test_limit(void **state)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	(void)state;
	for (guint count = MX_RECORD_MAX; count <= MX_RECORD_MAX + 1; count++) {
		g_autoptr(ResolverAnswer) answer = NULL;
		g_autoptr(GArray) records = NULL;
		bool cut;

		g_ptr_array_set_size(texts, 0);
		for (guint i = count; i > 0; i--)
			g_ptr_array_add(texts, g_strdup_printf("%u m%u", i, i));
		g_ptr_array_add(texts, NULL);
		answer = make_answer((const char *const *)texts->pdata);
		records = mx_record_read(answer, "example.com", &cut);
		assert_int_equal(records->len, MX_RECORD_MAX);
		assert_int_equal(cut, count > MX_RECORD_MAX);
		assert_string_equal(
			g_array_index(records, MxRecord, 0).host, "m1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
