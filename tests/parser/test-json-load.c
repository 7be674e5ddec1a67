/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/error.h"
#include "parser/json-load.h"
#include "tests/test.h"

enum {
	MEMORY = 1 << 20,
};

#define BYTES(text) (text), sizeof(text) - 1

/* `json` is the value as compact text, `rest` the bytes behind it. */
static const struct {
	const char *text;
	size_t size;
	const char *json;
	size_t rest;
} good[] = {
	{BYTES("{}"), "{}", 0},
	{BYTES(" [1] \r\n\t"), "[1]", 0},
	{BYTES("\xef\xbb\xbf{}"), "{}", 0},
	{BYTES("{}\n\0\0"), "{}", 0},
	{BYTES("{} {\"a\":1}"), "{}", 7},
	{BYTES("\xef\xbb\xbf{}\n[]"), "{}", 2},
	{BYTES("{}garbage"), "{}", 7},
	{BYTES("{\"a\":\"b\\u0000c\"}"),
		"{\"a\":\"b\xef\xbf\xbd"
		"c\"}",
		0},
	{BYTES("[9223372036854775807]"), "[9223372036854775807]", 0},
	{BYTES("[9223372036854775808,1]"), "[\"9223372036854775808\",1]", 0},
	{BYTES("[-9223372036854775809,1.5]"), "[\"-9223372036854775809\",1.5]",
		0},
	{BYTES("[1e400,-1e400,1e4]"), "[\"1e400\",\"-1e400\",10000.0]", 0},
	{BYTES("{\"9e999\\\"\":9e999}[9e999]"), "{\"9e999\\\"\":\"9e999\"}", 7},
};

static const struct {
	const char *text;
	size_t size;
	ParserErrorCode code;
	const char *message;
} bad[] = {
	{BYTES(""), PARSER_ERROR_SYNTAX, "it is empty"},
	{BYTES(" \n\0\0"), PARSER_ERROR_SYNTAX, "it is empty"},
	{BYTES("\xef\xbb\xbf"), PARSER_ERROR_SYNTAX, "it is empty"},
	{BYTES("{\"a\":}"), PARSER_ERROR_SYNTAX,
		"line 1, column 6: not valid JSON: \"unexpected token near "
		"'}'\" (RFC 7493)"},
	{BYTES("[\n1e999 1]"), PARSER_ERROR_SYNTAX,
		"line 2, column 9: not valid JSON: \"']' expected near '1'\" "
		"(RFC 7493)"},
	{BYTES("{\"a\":1,\"a\":2}"), PARSER_ERROR_SYNTAX,
		"line 1, column 10: not valid JSON: \"duplicate object key "
		"near '\\\"a\\\"'\" (RFC 7493)"},
	{BYTES("\"text\""), PARSER_ERROR_SYNTAX,
		"line 1, column 6: not valid JSON: \"'[' or '{' expected near "
		"'\\\"text\\\"'\" (RFC 7493)"},
	{BYTES("[\"\xff\"]"), PARSER_ERROR_TEXT,
		"line 1, column 2: not valid JSON: \"unable to decode byte "
		"0xff near '\\\"'\" (RFC 7493)"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		size_t used = 0;
		g_autoptr(json_t) value = json_load_bytes(
			good[i].text, good[i].size, MEMORY, &used, &error);
		g_autofree char *json = NULL;

		if (value == NULL)
			fail_msg("%s: %s", good[i].text, error->message);
		json = json_load_to_text(value);
		assert_string_equal(json, good[i].json);
		assert_int_equal(good[i].size - used, good[i].rest);
	}
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		size_t used;

		assert_null(json_load_bytes(
			bad[i].text, bad[i].size, MEMORY, &used, &error));
		assert_string_equal(error->message, bad[i].message);
		assert_int_equal(error->code, bad[i].code);
	}
}

static void test_memory(void **state)
{
	g_autoptr(GString) text = g_string_new("[");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = NULL;
	size_t used;

	(void)state;
	for (int i = 0; i < 10000; i++)
		g_string_append(text, "[],");
	g_string_append(text, "[]]");
	value = json_load_bytes(text->str, text->len, MEMORY, &used, &error);
	assert_null(value);
	assert_int_equal(error->code, PARSER_ERROR_MEMORY);
	assert_string_equal(error->message,
		"the JSON needs too much memory (max_parse_memory)");
	value = json_load_bytes(text->str, text->len, 4 * MEMORY, &used, NULL);
	assert_int_equal(json_array_size(value), 10001);
}

static void test_utf16(void **state)
{
	g_autoptr(GBytes) little = g_bytes_new_static(BYTES("\xff\xfe{\0}\0"));
	g_autoptr(GBytes) big = g_bytes_new_static(BYTES("\xfe\xff\0{\0}"));
	g_autoptr(GBytes) half = g_bytes_new_static(BYTES("\xff\xfe{\0\0\xd8"));
	g_autoptr(GBytes) plain = g_bytes_new_static(BYTES("{}"));
	g_autoptr(GBytes) from_little = json_load_from_utf16(little, NULL);
	g_autoptr(GBytes) from_big = json_load_from_utf16(big, NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(g_bytes_equal(from_little, plain));
	assert_true(g_bytes_equal(from_big, plain));
	assert_null(json_load_from_utf16(plain, &error));
	assert_null(error);
	assert_null(json_load_from_utf16(half, &error));
	assert_int_equal(error->code, PARSER_ERROR_TEXT);
}

static const struct {
	const char *text;
	size_t length;
} strings[] = {
	{"\"\"", 2},
	{"\"ab\",", 4},
	{"\"a\\\"b\"]", 6},
	{"\"a\\\\\"b", 5},
	{"\"ab", 3},
	{"\"ab\\", 4},
	{"\"", 1},
};

static void test_string_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		assert_int_equal(json_load_string_length(strings[i].text,
					 strlen(strings[i].text)),
			strings[i].length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_string_lengths),
	};

	json_load_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
