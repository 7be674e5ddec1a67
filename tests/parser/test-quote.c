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

static const struct {
	const char *domain;
	const char *shown;
} domains[] = {
	{"mx-1.example.com", "mx-1.example.com"},
	{"*.example.com", "*.example.com"},
	{"a-long-label-for-the-limit.example",
		"a-long-label-for-the-limit.example"},
	{"", "\"\""},
	{"[192.0.2.1]", "\"[192.0.2.1]\""},
	{"a b=c", "\"a b=c\""},
	{"\377.example", "\"\\xff.example\""},
	{"not a domain at all", "\"not a domain at ...\""},
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

static void test_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(domains); i++) {
		g_autofree char *shown = quote_domain(domains[i].domain, 16);

		assert_string_equal(shown, domains[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
