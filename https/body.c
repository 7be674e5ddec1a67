/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/body.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum {
	PIECE_SIZE = 65536,
	MSEC = 1000,
	/* Bytes of a body, and the characters of a line that they become. */
	LINE_BYTES = 57,
	LINE_SIZE = 76,
};

/* Whether there is something to read before the deadline. */
static bool wait_for(int file, gint64 deadline)
{
	struct pollfd event = {.fd = file, .events = POLLIN};
	gint64 left = deadline - g_get_monotonic_time();
	int ready;

	if (left <= 0)
		return false;
	ready = poll(&event, 1, (int)(left / MSEC) + 1);
	return ready > 0 || (ready < 0 && errno == EINTR);
}

/* The answer while `length` bytes are there, all of them when `ended`. */
static Answer judge_length(
	const Request *request, guint length, bool ended, uint64_t limit)
{
	if (length > limit)
		return ANSWER_TOO_BIG;
	if (ended && request->has_length && length < request->length)
		return ANSWER_SHORT;
	if (ended && length == 0)
		return ANSWER_EMPTY;
	return ANSWER_STORED;
}

static size_t next_piece(const Request *request, guint length, uint64_t limit)
{
	uint64_t most = request->has_length ? request->length : limit + 1;

	return (size_t)MIN(most - length, (uint64_t)PIECE_SIZE);
}

Answer body_read(GByteArray **body, const Request *request, int file,
	uint64_t limit, int seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree uint8_t *piece = g_malloc(PIECE_SIZE);
	Answer answer = ANSWER_STORED;
	bool ended = false;

	while (!ended && answer == ANSWER_STORED) {
		size_t size = next_piece(request, bytes->len, limit);
		ssize_t got;

		if (size > 0 && !wait_for(file, deadline))
			return ANSWER_SLOW;
		got = size > 0 ? read(file, piece, size) : 0;
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got > 0)
			g_byte_array_append(bytes, piece, (guint)got);
		ended = got <= 0;
		answer = judge_length(request, bytes->len, ended, limit);
	}
	if (answer == ANSWER_STORED)
		*body = g_steal_pointer(&bytes);
	return answer;
}

void body_drain(int file, uint64_t limit, int seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	g_autofree uint8_t *piece = g_malloc(PIECE_SIZE);
	ssize_t got = 1;

	while (got > 0 && limit > 0 && wait_for(file, deadline)) {
		got = read(file, piece, (size_t)MIN(limit, PIECE_SIZE));
		limit -= (uint64_t)MAX(got, 0);
	}
}

static bool is_gzip(const GByteArray *body)
{
	return body->len > 1 && body->data[0] == 0x1f && body->data[1] == 0x8b;
}

/* As far as it can be seen without reading it. */
static bool is_json(const GByteArray *body)
{
	static const char skipped[] = "\xef\xbb\xbf \t\r\n";
	guint at = 0;

	while (at < body->len &&
		memchr(skipped, body->data[at], sizeof(skipped) - 1) != NULL)
		at++;
	return at < body->len && body->data[at] == '{';
}

static void append(GByteArray *message, const char *text)
{
	g_byte_array_append(message, (const guint8 *)text, (guint)strlen(text));
}

static void append_base64(GByteArray *message, const GByteArray *body)
{
	for (guint at = 0; at < body->len; at += LINE_BYTES) {
		g_autofree char *line = g_base64_encode(
			body->data + at, MIN(body->len - at, LINE_BYTES));

		append(message, line);
		append(message, "\r\n");
	}
}

/* The form of RFC 8460 section 5.3 without the mail around it. Nothing in it is
 * the sender's but the report. */
static GByteArray *wrap(const GByteArray *body, bool gzip)
{
	guint lines = body->len / LINE_BYTES + 1;
	GByteArray *message =
		g_byte_array_sized_new(PIECE_SIZE + lines * (LINE_SIZE + 2));

	append(message, "MIME-Version: 1.0\r\n");
	append(message, gzip ? "Content-Type: application/tlsrpt+gzip\r\n"
			     : "Content-Type: application/tlsrpt+json\r\n");
	append(message, "Content-Transfer-Encoding: base64\r\n\r\n");
	append_base64(message, body);
	return message;
}

static GByteArray *copy(const GByteArray *body)
{
	GByteArray *message = g_byte_array_sized_new(body->len);

	return g_byte_array_append(message, body->data, body->len);
}

Answer body_to_message(
	GByteArray **message, const Request *request, const GByteArray *body)
{
	if (request->body == REQUEST_BODY_UNKNOWN && !is_gzip(body) &&
		!is_json(body))
		return ANSWER_TYPE;
	*message = request->body == REQUEST_BODY_MESSAGE
			   ? copy(body)
			   : wrap(body, is_gzip(body));
	return ANSWER_STORED;
}
