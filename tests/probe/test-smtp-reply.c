/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/smtp-reply.h"
#include "tests/test.h"

static const struct {
	const char *bytes;
	SmtpReplyState state;
	int code;
	guint lines;
	const char *description;
	size_t rest;
} replies[] = {
	{"220 mx.example ESMTP\r\n", SMTP_REPLY_DONE, 220, 1,
		"220 \"mx.example ESMTP\"", 0},
	{"220\r\n", SMTP_REPLY_DONE, 220, 1, "220 \"\"", 0},
	{"220 \n250 next\r\n", SMTP_REPLY_DONE, 220, 1, "220 \"\"", 10},
	{"250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n", SMTP_REPLY_DONE, 250, 3,
		"250 \"mx\"", 0},
	{"250-a\r\n451 b\r\n", SMTP_REPLY_DONE, 451, 2, "451 \"a\"", 0},
	{"250-a\r\n", SMTP_REPLY_MORE, 250, 1, "250 \"a\"", 0},
	{"22", SMTP_REPLY_MORE, 0, 0, "0 \"\"", 0},
	{"2200 a\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"22 a\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"220x\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"620 a\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"120 a\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"HTTP/1.1 400\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"\r\n", SMTP_REPLY_WRONG, 0, 0, "0 \"\"", 0},
	{"550 \33[1mno\r\n", SMTP_REPLY_DONE, 550, 1, "550 \"\\x1b[1mno\"", 0},
};

static void compare(size_t i, size_t step)
{
	g_auto(SmtpReply) reply = {0};
	g_autofree char *description = NULL;
	size_t length = strlen(replies[i].bytes);
	size_t used = 0;

	smtp_reply_init(&reply);
	while (used < length && reply.state == SMTP_REPLY_MORE)
		used += smtp_reply_add(&reply, replies[i].bytes + used,
			MIN(step, length - used));
	description = smtp_reply_describe(&reply);
	assert_int_equal(reply.state, replies[i].state);
	assert_int_equal(reply.code, replies[i].code);
	assert_int_equal(reply.lines->len, replies[i].lines);
	assert_string_equal(description, replies[i].description);
	assert_int_equal(length - used, replies[i].rest);
}

/* However the bytes come. */
static void test_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
		for (size_t step = 1; step <= 64; step *= 2)
			compare(i, step);
	}
}

static void test_extension(void **state)
{
	static const char text[] = "250-STARTTLS\r\n250-SIZE 10\r\n"
				   "250-starttlsx\r\n250 StartTLS\r\n";
	g_auto(SmtpReply) reply = {0};

	(void)state;
	smtp_reply_init(&reply);
	smtp_reply_add(&reply, text, strlen(text));
	assert_true(smtp_reply_has_extension(&reply, "STARTTLS"));
	assert_true(smtp_reply_has_extension(&reply, "SIZE"));
	assert_false(smtp_reply_has_extension(&reply, "STARTTL"));
	g_ptr_array_set_size(reply.lines, 3);
	assert_false(smtp_reply_has_extension(&reply, "STARTTLS"));
}

/* A line of `length` bytes with its end. */
static SmtpReplyState add_line(SmtpReply *reply, size_t length, char separator)
{
	g_autoptr(GString) line = g_string_new("250");

	g_string_append_c(line, separator);
	while (line->len < length - 2)
		g_string_append_c(line, 'x');
	g_string_append(line, "\r\n");
	smtp_reply_add(reply, line->str, line->len);
	return reply->state;
}

static void test_limits(void **state)
{
	g_auto(SmtpReply) line = {0};
	g_auto(SmtpReply) longer = {0};
	g_auto(SmtpReply) lines = {0};

	(void)state;
	smtp_reply_init(&line);
	assert_int_equal(
		add_line(&line, SMTP_REPLY_LINE_MAX, ' '), SMTP_REPLY_DONE);
	smtp_reply_init(&longer);
	assert_int_equal(add_line(&longer, SMTP_REPLY_LINE_MAX + 1, ' '),
		SMTP_REPLY_WRONG);
	assert_string_equal(longer.problem, "a line is too long");
	smtp_reply_init(&lines);
	for (int i = 1; i < SMTP_REPLY_LINES_MAX; i++)
		assert_int_equal(add_line(&lines, 10, '-'), SMTP_REPLY_MORE);
	assert_int_equal(add_line(&lines, 10, '-'), SMTP_REPLY_WRONG);
	assert_string_equal(lines.problem, "a reply has too many lines");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_extension),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
