/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/error.h"
#include "parser/mail-limits.h"
#include "tests/test.h"

enum {
	ANY = -1,
};

/* A mail of `start`, `count` times `piece`, and `end`. `code` is ANY where it
 * must pass. */
static const struct {
	const char *start;
	const char *piece;
	size_t count;
	const char *end;
	int code;
} cases[] = {
	{"", "", 0, "", ANY},
	{"A: b\n\n", "Text\n", 1000000, "", ANY},
	{"A: b\n\n", "x", 10000000, "", ANY},
	{"A: b\n\n", "--b\n", 10000, "", ANY},
	{"A: b\n\n", "--b\n", 10001, "", PARSER_ERROR_TOO_MANY_PARTS},
	{"A: b\n\n", "--b\r\n\r\n", 10001, "", PARSER_ERROR_TOO_MANY_PARTS},
	{"", "A:\n", 10000, "\n", ANY},
	{"", "A:\n", 10001, "\n", PARSER_ERROR_HEADERS},
	{"", "A:\n", 10001, "", PARSER_ERROR_HEADERS},
	{"A: ", "b", 262144 - 4, "\n\n", ANY},
	{"A: ", "b", 262144 - 3, "\n\n", PARSER_ERROR_HEADERS},
	{"A: ", "b", 262144 - 3, "", PARSER_ERROR_HEADERS},
	/* Headers of parts count as well; what is behind them does not. */
	{"A: b\n\n--b\n", "A:\n", 10000, "\n", PARSER_ERROR_HEADERS},
	{"A: b\n\n--b\nA: b\n\n", "A:\n", 10000, "\n", ANY},
	{"A: b\r\n\r\n--b\r\nA: b\r\n\r\n", "A:\n", 10000, "\n", ANY},
	/* So do those of messages inside messages, however announced. */
	{"Content-Type: message/rfc822\n\n", "A:\n", 10000, "",
		PARSER_ERROR_HEADERS},
	{"Content-Type: MESSAGE (x) / rfc822\r\n\r\n", "A:\n", 10000, "",
		PARSER_ERROR_HEADERS},
	{"Content-Type: message\n /rfc822\n\n", "A:\n", 10000, "",
		PARSER_ERROR_HEADERS},
	{"Content-Type: message\t/global\n\n", "A:\n", 10000, "",
		PARSER_ERROR_HEADERS},
	{"", "Content-Type: message/rfc822\n\n", 10001, "",
		PARSER_ERROR_HEADERS},
	{"Message-ID: <a@b>\n\n", "A:\n", 10000, "", ANY},
};

static void check(const GString *mail, int code)
{
	g_autoptr(GError) error = NULL;
	bool passes = mail_limits_check(
		(const uint8_t *)mail->str, mail->len, &error);

	assert_int_equal(passes, code == ANY);
	assert_int_equal(error == NULL, passes);
	if (error != NULL)
		assert_int_equal(error->code, code);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) mail = g_string_new(cases[i].start);

		for (size_t j = 0; j < cases[i].count; j++)
			g_string_append(mail, cases[i].piece);
		g_string_append(mail, cases[i].end);
		check(mail, cases[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
