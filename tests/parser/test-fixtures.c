/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks the folders below fixtures/: in valid/ and invalid/ a report as
 * input.json, in mail/ a mail as input.eml. Beside it is what has to come of
 * it: expected.json (canonical JSON of all reports), error (a line for each
 * refusal), or neither, where nothing must be found. */
#include <string.h>

#include "parser/parser.h"
#include "parser/report-write.h"
#include "tests/test.h"

/* 2026-02-01T00:00:00Z */
#define RECEIVED INT64_C(1769904000)

static const ParseLimits limits = PARSE_LIMITS_DEFAULT;

static char *read_file(const char *folder, const char *name, size_t *size)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *text = NULL;

	if (g_file_get_contents(path, &text, size, NULL))
		return text;
	return NULL;
}

static ParsedMessage *parse(const char *text, size_t size)
{
	g_autoptr(GError) error = NULL;
	ParsedMessage *message = parser_parse_file(
		(const uint8_t *)text, size, NULL, &limits, RECEIVED, &error);

	if (message == NULL)
		fail_msg("%s", error->message);
	return message;
}

static void write_message(
	const ParsedMessage *message, GString *reports, GString *errors)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const ParsedPart *part = message->parts->pdata[i];
		g_autofree char *json = NULL;

		if (part->report == NULL) {
			g_string_append_printf(errors, "%s: %s\n", part->name,
				part->error->message);
			continue;
		}
		json = report_write_json(part->report);
		g_string_append(reports, json);
	}
}

static void compare(const char *folder, const char *name, const GString *got)
{
	g_autofree char *wanted = read_file(folder, name, NULL);

	if (g_strcmp0(wanted, got->len > 0 ? got->str : NULL) != 0)
		fail_msg("%s/%s differs, got:\n%s", folder, name, got->str);
}

/* Reading what was written gives the same report. */
static void check_fixed_point(const char *folder, const ParsedMessage *message)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const ParsedPart *part = message->parts->pdata[i];
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;
		g_autoptr(ParsedMessage) again = NULL;

		if (part->report == NULL)
			continue;
		first = report_write_json(part->report);
		again = parse(first, strlen(first));
		part = again->parts->pdata[0];
		if (part->report == NULL)
			fail_msg("%s: %s", folder, part->error->message);
		second = report_write_json(part->report);
		if (strcmp(first, second) != 0)
			fail_msg("%s: becomes\n%s", folder, second);
	}
}

static void check_folder(const char *folder, const char *input)
{
	size_t size;
	g_autofree char *text = read_file(folder, input, &size);
	g_autoptr(GString) reports = g_string_new(NULL);
	g_autoptr(GString) errors = g_string_new(NULL);
	g_autoptr(ParsedMessage) message = NULL;

	if (text == NULL)
		fail_msg("%s/%s cannot be read", folder, input);
	message = parse(text, size);
	write_message(message, reports, errors);
	compare(folder, "expected.json", reports);
	compare(folder, "error", errors);
	check_fixed_point(folder, message);
}

static void check_kind(const char *kind, const char *input)
{
	g_autofree char *path = g_build_filename(g_getenv("top_srcdir"),
		"tests", "parser", "fixtures", kind, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	int count = 0;

	if (directory == NULL)
		fail_msg("%s cannot be opened", path);
	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *folder = g_build_filename(path, name, NULL);

		check_folder(folder, input);
		count++;
	}
	assert_true(count > 0);
}

static void test_valid(void **state)
{
	(void)state;
	check_kind("valid", "input.json");
}

static void test_invalid(void **state)
{
	(void)state;
	check_kind("invalid", "input.json");
}

static void test_mail(void **state)
{
	(void)state;
	check_kind("mail", "input.eml");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_mail),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
