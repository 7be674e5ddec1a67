/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/text.h"
#include "tests/test.h"

static const struct {
	const char *text;
	bool utf8;
	const char *escaped;
} escape_cases[] = {
	{"", true, ""},
	{"plain text, 100 %", true, "plain text, 100 %"},
	{"line\r\n\ttwo", true, "line\\r\\n\\ttwo"},
	{"\033]0;title\007", true, "\\x1b]0;title\\x07"},
	{"\177", true, "\\x7f"},
	{"caf\u00e9", true, "caf\u00e9"},
	{"caf\u00e9", false, "caf\\u00e9"},
	{"\U0001f600", true, "\U0001f600"},
	{"\U0001f600", false, "\\U0001f600"},
	/* The one-byte form of ESC [. */
	{"\xc2\x9b[31m", true, "\\u009b[31m"},
	/* Directions, and what cannot be seen. */
	{"a\u202eb\u2066c", true, "a\\u202eb\\u2066c"},
	{"a\u200bb\ufeff", true, "a\\u200bb\\ufeff"},
	{"a\u2028b\u2029c", true, "a\\u2028b\\u2029c"},
	/* Not UTF-8: alone, truncated, a surrogate, too long a form. */
	{"a\xff"
	 "b",
		true, "a\\xffb"},
	{"\xe2\x80", true, "\\xe2\\x80"},
	{"\xed\xa0\x80", true, "\\xed\\xa0\\x80"},
	{"\xc0\xaf", true, "\\xc0\\xaf"},
};

static void test_escape(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(escape_cases); i++) {
		g_autofree char *escaped =
			text_escape(escape_cases[i].text, escape_cases[i].utf8);

		assert_string_equal(escaped, escape_cases[i].escaped);
	}
}

static const struct {
	const char *text;
	size_t width;
} width_cases[] = {
	{"", 0},
	{"abc", 3},
	{"\u00e9", 1},
	{"e\u0301", 1},
	{"\u65e5\u672c", 4},
};

static void test_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(width_cases); i++)
		assert_int_equal(text_get_width(width_cases[i].text),
			width_cases[i].width);
}

static const struct {
	const char *text;
	size_t width;
	bool utf8;
	const char *shortened;
} shorten_cases[] = {
	{"", 0, true, ""},
	{"abcdef", 6, true, "abcdef"},
	{"abcdef", 5, true, "abcd\u2026"},
	{"abcdef", 5, false, "ab..."},
	{"abcdef", 1, true, "a"},
	{"abcdef", 3, false, "abc"},
	/* A wide character does not fit into the one column that is left. */
	{"\u65e5\u672c\u8a9e", 4, true, "\u65e5\u2026"},
	{"\u65e5\u672c\u8a9e", 6, true, "\u65e5\u672c\u8a9e"},
};

static void test_shorten(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(shorten_cases); i++) {
		g_autofree char *shortened = text_shorten(shorten_cases[i].text,
			shorten_cases[i].width, shorten_cases[i].utf8);

		assert_string_equal(shortened, shorten_cases[i].shortened);
		assert_true(
			text_get_width(shortened) <= shorten_cases[i].width);
	}
}

static const struct {
	const char *text;
	size_t indent;
	size_t width;
	const char *wrapped;
} wrap_cases[] = {
	{"", 2, 40, "\n"},
	{"one line", 2, 40, "one line\n"},
	{"  blanks   go  ", 0, 40, "blanks go\n"},
	{"exactly twenty chars", 0, 20, "exactly twenty chars\n"},
	{"exactly twenty chars", 2, 21, "exactly twenty\n  chars\n"},
	{"a https://example.com/long b", 4, 24,
		"a\n    https://example.com/long\n    b\n"},
	/* A terminal narrower than the indent still gets some columns. */
	{"four five six seven", 30, 20,
		"four five six\n                              seven\n"},
	{"\u65e5\u672c\u8a9e \u65e5\u672c\u8a9e \u65e5\u672c\u8a9e", 0, 17,
		"\u65e5\u672c\u8a9e \u65e5\u672c\u8a9e\n\u65e5\u672c\u8a9e\n"},
};

static void test_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(wrap_cases); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		text_append_wrapped(out, wrap_cases[i].text,
			wrap_cases[i].indent, wrap_cases[i].width);
		assert_string_equal(out->str, wrap_cases[i].wrapped);
	}
}

static void test_colour(void **state)
{
	const TextStyle plain = {.width = 80};
	const TextStyle colourful = {.width = 80, .colour = true};
	g_autoptr(GString) out = g_string_new(NULL);

	(void)state;
	text_append_coloured(out, &plain, TEXT_RED, "bad");
	assert_string_equal(out->str, "bad");
	text_append_coloured(out, &colourful, TEXT_RED, "bad");
	assert_string_equal(out->str, "bad\033[31mbad\033[0m");
}

static void test_style_without_terminal(void **state)
{
	TextStyle style = text_get_style(-1);

	(void)state;
	assert_int_equal(style.width, 80);
	assert_false(style.terminal);
	assert_false(style.colour);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_shorten),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_style_without_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
