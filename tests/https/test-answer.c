/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/answer.h"

#include <string.h>

#include "tests/test.h"

/* Each is a header, and one line of plain text of the length that it says. */
static void test_every_answer(void **state)
{
	(void)state;
	for (int i = 0; i < ANSWER_COUNT; i++) {
		g_autofree char *text = answer_write((Answer)i, NULL, false);
		const char *line = strstr(text, "\r\n\r\n");
		g_autofree char *length = NULL;

		assert_true(g_str_has_prefix(text, "Status: "));
		assert_non_null(line);
		line += 4;
		assert_true(g_str_has_suffix(line, "\n"));
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		length = g_strdup_printf(
			"\r\nContent-Length: %zu\r\n", strlen(line));
		assert_non_null(strstr(text, length));
		assert_non_null(strstr(text,
			"\r\nContent-Type: text/plain; charset=utf-8\r\n"));
	}
}

static void test_words(void **state)
{
	static const struct {
		Answer answer;
		const char *start;
		const char *within;
	} cases[] = {
		{ANSWER_STORED, "Status: 201 ", "the report is stored: H1\n"},
		{ANSWER_READY, "Status: 200 ",
			"\r\nAllow: POST, HEAD, OPTIONS\r\n"},
		{ANSWER_METHOD, "Status: 405 ",
			"\r\nAllow: POST, HEAD, OPTIONS\r\n"},
		{ANSWER_TYPE, "Status: 415 ", "application/tlsrpt+gzip"},
		{ANSWER_ENCODING, "Status: 415 ", "\r\nAccept-Encoding: gzip"},
		{ANSWER_TOO_BIG, "Status: 413 ", "too big"},
		{ANSWER_NO_LENGTH, "Status: 400 ", "length"},
		{ANSWER_EMPTY, "Status: 400 ", "no body"},
		{ANSWER_SHORT, "Status: 400 ", "shorter"},
		{ANSWER_SLOW, "Status: 408 ", "in time"},
		{ANSWER_FULL, "Status: 503 ", "\r\nRetry-After: 3600\r\n"},
		{ANSWER_CLOSED, "Status: 503 ", "\r\nRetry-After: 3600\r\n"},
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(cases), ANSWER_COUNT);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text =
			answer_write(cases[i].answer, "H1", false);

		assert_true(g_str_has_prefix(text, cases[i].start));
		assert_non_null(strstr(text, cases[i].within));
	}
}

static void test_head_has_no_body(void **state)
{
	g_autofree char *text = answer_write(ANSWER_READY, NULL, true);

	(void)state;
	assert_true(g_str_has_suffix(text, "\r\n\r\n"));
	assert_null(strstr(text, "\r\nContent-Length: 0\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_answer),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_head_has_no_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
