/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "parser/quote.h"
#include "tests/test.h"

static const struct {
	const char *text;
	size_t length;
	const char *quoted;
} cases[] = {
	{"plain", 5, "\"plain\""},
	{"", 0, "\"\""},
	{"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
	{"a\r\nb", 4, "\"a\\x0d\\x0ab\""},
	{"\x1b[2J\x7f", 5, "\"\\x1b[2J\\x7f\""},
	{"a\0b", 3, "\"a\\x00b\""},
	{"\303\244", 2, "\"\303\244\""},
	{"\302\233", 2, "\"\\xc2\\x9b\""},
	{"\342\200\256x", 4, "\"\\xe2\\x80\\xaex\""},
	{"\342\200\250", 3, "\"\\xe2\\x80\\xa8\""},
	{"\377\303", 2, "\"\\xff\\xc3\""},
	{"\303\244", 1, "\"\\xc3\""},
	{"0123456789abcdef!", 17, "\"0123456789abcdef...\""},
};

static void test_quoting(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *quoted =
			quote_text(cases[i].text, cases[i].length, 16);

		assert_string_equal(quoted, cases[i].quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
