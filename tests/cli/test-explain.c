/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/explain-text.h"
#include "cli/policy-kind.h"
#include "parser/parser.h"
#include "parser/result-type.h"
#include "tests/test.h"

enum {
	MIN_FIXTURES = 4,
	ARRIVAL = 1768176000,
};

static char *get_directory(void)
{
	const char *top = getenv("top_srcdir");

	return g_build_filename(
		top != NULL ? top : ".", "tests/cli/explain", NULL);
}

static ParsedMessage *parse_fixture(const char *directory, const char *name)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autofree char *path =
		g_build_filename(directory, name, "input.json", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	ParsedMessage *message;
	size_t size;

	assert_true(g_file_get_contents(path, &text, &size, &error));
	message = parser_parse_file(
		(const uint8_t *)text, size, NULL, &limits, ARRIVAL, &error);
	assert_non_null(message);
	assert_int_equal(message->parts->len, 1);
	return message;
}

static const Report *get_report(const ParsedMessage *message)
{
	const ParsedPart *part = g_ptr_array_index(message->parts, 0);

	assert_non_null(part->report);
	return part->report;
}

static void check_fixture(const char *directory, const char *name)
{
	const TextStyle style = {.width = 80, .utf8 = true};
	g_autoptr(ParsedMessage) message = parse_fixture(directory, name);
	g_autofree char *path =
		g_build_filename(directory, name, "expected", NULL);
	g_autofree char *text =
		explain_text_report(get_report(message), &style);
	g_autofree char *expected = NULL;

	assert_true(g_file_get_contents(path, &expected, NULL, NULL));
	assert_string_equal(text, expected);
}

static void test_fixtures(void **state)
{
	g_autofree char *path = get_directory();
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	size_t count = 0;

	(void)state;
	assert_non_null(directory);
	while ((name = g_dir_read_name(directory)) != NULL) {
		check_fixture(path, name);
		count++;
	}
	assert_true(count >= MIN_FIXTURES);
}

/* Nothing that a terminal could act on or not show comes out. */
static void test_ascii_has_no_other_bytes(void **state)
{
	const TextStyle style = {.width = 80};
	g_autofree char *directory = get_directory();
	g_autoptr(ParsedMessage) message = parse_fixture(directory, "hostile");
	g_autofree char *text =
		explain_text_report(get_report(message), &style);

	(void)state;
	for (const char *c = text; *c != '\0'; c++)
		assert_true(*c == '\n' || g_ascii_isprint(*c));
	assert_non_null(strstr(text, "\n  - "));
}

static void test_colour_ends(void **state)
{
	const TextStyle style = {.width = 80, .colour = true};
	g_autofree char *directory = get_directory();
	g_autoptr(ParsedMessage) message =
		parse_fixture(directory, "enforce-failures");
	g_autofree char *text =
		explain_text_report(get_report(message), &style);
	g_auto(GStrv) begun = g_strsplit(text, "\033[", -1);
	g_auto(GStrv) ended = g_strsplit(text, "\033[0m", -1);

	(void)state;
	assert_true(g_strv_length(begun) > 1);
	assert_int_equal(
		g_strv_length(begun) - 1, 2 * (g_strv_length(ended) - 1));
	assert_non_null(strstr(text,
		"\033[31mThe certificate has expired: 65 sessions\033[0m"));
}

/* As the prefix says, which the database goes by for types that are not
 * registered, too. */
static void test_what_is_a_fetch(void **state)
{
	size_t count;
	const ResultTypeInfo *infos = result_type_get_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_int_equal(policy_kind_is_fetch(infos[i].name),
			strcmp(infos[i].category, "mta-sts") == 0);
}

static int set_up(void **state)
{
	(void)state;
	parser_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_ascii_has_no_other_bytes),
		cmocka_unit_test(test_colour_ends),
		cmocka_unit_test(test_what_is_a_fetch),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
