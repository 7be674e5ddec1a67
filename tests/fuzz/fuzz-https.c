/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "https/body.h"
#include "https/request.h"
#include "parser/parser.h"
#include "tests/fuzz/fuzz.h"

enum {
	BODY_MAX = 1 << 16,
	INFLATED_MAX = 1 << 20,
	/* A pipe takes so much without a reader. */
	PIPE_MAX = 4096,
};

static const char *const names[] = {"REQUEST_METHOD", "CONTENT_TYPE",
	"CONTENT_LENGTH", "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING"};
static char *values[G_N_ELEMENTS(names)];

static const char *get_variable(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], name) == 0)
			return values[i];
	}
	return NULL;
}

/* A line for each variable, an empty one where it is not set; what follows is
 * the body. */
static size_t read_environment(const char *data, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *end = memchr(data + at, '\n', size - at);
		size_t length = end != NULL ? (size_t)(end - data) - at : 0;

		if (length > 0)
			values[i] = g_strndup(data + at, length);
		at += end != NULL ? length + 1 : 0;
	}
	return at;
}

/* As the program reads it, of which no more comes than there is. */
static void check_reading(
	const Request *request, const uint8_t *body, size_t size)
{
	g_autoptr(GByteArray) read = NULL;
	int files[2];

	if (size > PIPE_MAX)
		return;
	g_assert_true(pipe(files) == 0);
	g_assert_true(write(files[1], body, size) == (ssize_t)size);
	close(files[1]);
	if (body_read(&read, request, files[0], PIPE_MAX / 2, 1) ==
		ANSWER_STORED) {
		g_assert_cmpuint(read->len, <=, PIPE_MAX / 2);
		g_assert_cmpmem(
			read->data, read->len, body, MIN(read->len, size));
	}
	close(files[0]);
}

/* What was wrapped comes back byte for byte. */
static void check_wrapped(const GByteArray *message, const GByteArray *body)
{
	g_autofree char *text =
		g_strndup((const char *)message->data, message->len);
	const char *start = strstr(text, "\r\n\r\n");
	g_autofree uint8_t *decoded = NULL;
	gsize size;

	g_assert_nonnull(start);
	decoded = g_base64_decode(start + strlen("\r\n\r\n"), &size);
	g_assert_cmpmem(decoded, size, body->data, body->len);
}

static void check_message(const Request *request, GByteArray *body)
{
	ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autoptr(GByteArray) message = NULL;

	if (body_to_message(&message, request, body) != ANSWER_STORED)
		return;
	if (request->body == REQUEST_BODY_MESSAGE)
		g_assert_cmpmem(
			message->data, message->len, body->data, body->len);
	else
		check_wrapped(message, body);
	limits.report_size = INFLATED_MAX;
	parsed_message_free(parser_parse_message(message->data, message->len,
		&limits, INT64_C(1769904000), NULL));
}

static void init_once(void)
{
	static gsize done;

	if (g_once_init_enter(&done)) {
		parser_init();
		g_once_init_leave(&done, 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t head = read_environment((const char *)data, size);
	g_autoptr(GByteArray) body = g_byte_array_new();
	Request request;
	Answer answer = request_read(&request, get_variable);
	g_autofree char *text = answer_write(answer, NULL, request.is_head);

	init_once();
	g_assert_true(g_str_has_prefix(text, "Status: "));
	g_byte_array_append(
		body, data + head, (guint)MIN(size - head, BODY_MAX));
	if (answer == ANSWER_STORED) {
		check_reading(&request, body->data, body->len);
		if (body->len > 0)
			check_message(&request, body);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_clear_pointer(&values[i], g_free);
	return 0;
}
