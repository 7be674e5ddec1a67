/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/body.h"

#include <string.h>
#include <unistd.h>

#include "tests/test.h"

enum {
	LIMIT = 100,
	/* Far more than any machine needs. */
	LONG_SECONDS = 30,
};

/* What comes through a pipe of these bytes, which ends when they do, unless it
 * `hangs`. */
static Answer read_pipe(const char *text, size_t size, const Request *request,
	bool hangs, GByteArray **body)
{
	int ends[2];
	Answer answer;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, size), (ssize_t)size);
	if (!hangs)
		close(ends[1]);
	answer = body_read(
		body, request, ends[0], LIMIT, hangs ? 0 : LONG_SECONDS);
	close(ends[0]);
	if (hangs)
		close(ends[1]);
	return answer;
}

static void test_lengths(void **state)
{
	static const char bytes[2 * LIMIT];
	static const struct {
		size_t size;
		bool has_length;
		uint64_t length;
		Answer answer;
		guint read;
	} cases[] = {
		{5, true, 5, ANSWER_STORED, 5},
		/* What stands after it is none of it. */
		{9, true, 5, ANSWER_STORED, 5},
		{4, true, 5, ANSWER_SHORT, 0},
		{0, true, 5, ANSWER_SHORT, 0},
		{5, false, 0, ANSWER_STORED, 5},
		{0, false, 0, ANSWER_EMPTY, 0},
		{LIMIT, false, 0, ANSWER_STORED, LIMIT},
		{LIMIT + 1, false, 0, ANSWER_TOO_BIG, 0},
		{2 * LIMIT, false, 0, ANSWER_TOO_BIG, 0},
		{LIMIT, true, LIMIT, ANSWER_STORED, LIMIT},
		{LIMIT + 1, true, LIMIT + 1, ANSWER_TOO_BIG, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Request request = {.has_length = cases[i].has_length,
			.length = cases[i].length};
		g_autoptr(GByteArray) body = NULL;

		assert_int_equal(
			read_pipe(bytes, cases[i].size, &request, false, &body),
			cases[i].answer);
		assert_int_equal(body != NULL ? body->len : 0, cases[i].read);
	}
}

static void test_that_never_ends(void **state)
{
	const Request request = {.has_length = true, .length = 5};
	g_autoptr(GByteArray) body = NULL;

	(void)state;
	assert_int_equal(
		read_pipe("four", 4, &request, true, &body), ANSWER_SLOW);
	assert_null(body);
}

/* What is left is read, but no more than this, and nobody waits for ever. */
static void test_drain(void **state)
{
	int ends[2];
	char left[5];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "12345678", 8), 8);
	body_drain(ends[0], 5, LONG_SECONDS);
	assert_int_equal(read(ends[0], left, sizeof(left)), 3);
	body_drain(ends[0], 5, 0);
	close(ends[1]);
	body_drain(ends[0], 5, LONG_SECONDS);
	close(ends[0]);
}

static GByteArray *make(
	RequestBody kind, const char *text, size_t size, Answer answer)
{
	const Request request = {.body = kind};
	g_autoptr(GByteArray) body = g_byte_array_new();
	GByteArray *message = NULL;

	g_byte_array_append(body, (const guint8 *)text, (guint)size);
	assert_int_equal(body_to_message(&message, &request, body), answer);
	return message;
}

static void test_kinds(void **state)
{
	static const struct {
		const char *body;
		const char *type;
		RequestBody kind;
		Answer answer;
	} cases[] = {
		{"\x1f\x8b...", "+gzip", REQUEST_BODY_REPORT, ANSWER_STORED},
		{"{}", "+json", REQUEST_BODY_REPORT, ANSWER_STORED},
		{"anything", "+json", REQUEST_BODY_REPORT, ANSWER_STORED},
		{"\x1f\x8b...", "+gzip", REQUEST_BODY_UNKNOWN, ANSWER_STORED},
		{"{}", "+json", REQUEST_BODY_UNKNOWN, ANSWER_STORED},
		{"\xef\xbb\xbf\r\n {}", "+json", REQUEST_BODY_UNKNOWN,
			ANSWER_STORED},
		{"\x1f", NULL, REQUEST_BODY_UNKNOWN, ANSWER_TYPE},
		{"a={}", NULL, REQUEST_BODY_UNKNOWN, ANSWER_TYPE},
		{" ", NULL, REQUEST_BODY_UNKNOWN, ANSWER_TYPE},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *body = cases[i].body;
		g_autoptr(GByteArray) message = make(
			cases[i].kind, body, strlen(body), cases[i].answer);

		if (cases[i].type == NULL)
			continue;
		g_byte_array_append(message, (const guint8 *)"", 1);
		assert_non_null(strstr((char *)message->data, cases[i].type));
		assert_non_null(strstr((char *)message->data,
			"\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
	}
}

/* Whatever the bytes are, and however many stand on the last line. */
static void test_report_comes_back(void **state)
{
	(void)state;
	for (size_t size = 1; size < 2 * LIMIT; size++) {
		char bytes[2 * LIMIT];
		g_autoptr(GByteArray) message = NULL;
		g_autofree guchar *back = NULL;
		const char *encoded;
		gsize length;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(i * size);
		message = make(REQUEST_BODY_REPORT, bytes, size, ANSWER_STORED);
		g_byte_array_append(message, (const guint8 *)"", 1);
		encoded = strstr((char *)message->data, "\r\n\r\n");
		back = g_base64_decode(encoded, &length);
		assert_int_equal(length, size);
		assert_memory_equal(back, bytes, size);
	}
}

static void test_message_stays_as_it_is(void **state)
{
	static const char mail[] = "DKIM-Signature: x\n\nbody\r\n\0.";
	g_autoptr(GByteArray) message =
		make(REQUEST_BODY_MESSAGE, mail, sizeof(mail), ANSWER_STORED);

	(void)state;
	assert_int_equal(message->len, sizeof(mail));
	assert_memory_equal(message->data, mail, sizeof(mail));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_that_never_ends),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_report_comes_back),
		cmocka_unit_test(test_message_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
