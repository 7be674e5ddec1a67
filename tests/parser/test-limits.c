/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sender cannot make the parser do. */
#include <string.h>
#include <zlib.h>

#include "parser/attachment.h"
#include "parser/error.h"
#include "parser/inflate.h"
#include "parser/parser.h"
#include "tests/test.h"

enum {
	RECEIVED = 1769904000,
	MEBIBYTE = 1 << 20,
};

static const char head[] =
	"{\"report-id\":\"x\",\"date-range\":{\"start-datetime\":"
	"\"2026-01-20T00:00:00Z\",\"end-datetime\":\"2026-01-20T23:59:59Z\"},"
	"\"policies\":[";

/* Small ones, so that the tests are quick. */
static const ParseLimits limits = {
	.message_size = 4 * MEBIBYTE,
	.report_size = MEBIBYTE,
	.parse_memory = 8 * MEBIBYTE,
	.policies = 3,
	.failure_details = 5,
	.string_size = 1000,
	.report_age = 30 * 86400,
	.report_future = 86400,
};

static void append_many(GString *text, const char *piece, int count)
{
	for (int i = 0; i < count; i++)
		g_string_append(text, piece);
}

/* `size` equal bytes, as gzip. */
static GBytes *pack(size_t size)
{
	g_autofree uint8_t *bytes = g_malloc0(size + 1);
	z_stream stream = {0};
	size_t room;
	uint8_t *packed;

	memset(bytes, ' ', size);
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
	room = deflateBound(&stream, size);
	packed = g_malloc(room);
	stream.next_in = bytes;
	stream.avail_in = (uInt)size;
	stream.next_out = packed;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return g_bytes_new_take(packed, stream.total_out);
}

static void check_bomb(size_t size, size_t limit, bool passes)
{
	g_autoptr(GBytes) packed = pack(size);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = inflate_all(packed, limit, &error);

	assert_int_equal(files->len, passes ? 1 : 0);
	if (passes) {
		const Inflated *inflated = files->pdata[0];

		assert_int_equal(g_bytes_get_size(inflated->bytes), size);
		return;
	}
	assert_int_equal(error->code, PARSER_ERROR_REPORT_TOO_BIG);
	assert_non_null(strstr(error->message, "max_report_size"));
}

static void test_inflated_size(void **state)
{
	(void)state;
	check_bomb(MEBIBYTE, MEBIBYTE, true);
	check_bomb(MEBIBYTE + 1, MEBIBYTE, false);
	check_bomb(64 * MEBIBYTE, MEBIBYTE, false);
	check_bomb(10, 10, true);
	check_bomb(11, 10, false);
	check_bomb(0, 0, true);
}

static void check_refused(const GString *text, ParserErrorCode code,
	const char *option, int64_t received)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message =
		parser_parse_file((const uint8_t *)text->str, text->len, "x",
			&limits, received, &error);
	const ParsedPart *part;

	assert_non_null(message);
	part = message->parts->pdata[0];
	assert_null(part->report);
	assert_int_equal(part->error->code, code);
	if (strstr(part->error->message, option) == NULL)
		fail_msg("%s", part->error->message);
}

static void test_tree_memory(void **state)
{
	g_autoptr(GString) text = g_string_new(head);

	(void)state;
	append_many(text, "[],", 300000);
	g_string_append(text, "[]]}");
	check_refused(text, PARSER_ERROR_MEMORY, "max_parse_memory", RECEIVED);
}

static void check_taken(const GString *text, int64_t received)
{
	g_autoptr(ParsedMessage) message =
		parser_parse_file((const uint8_t *)text->str, text->len, "x",
			&limits, received, NULL);
	const ParsedPart *part;

	assert_non_null(message);
	part = message->parts->pdata[0];
	if (part->report == NULL)
		fail_msg("%s", part->error->message);
}

static void test_policies(void **state)
{
	g_autoptr(GString) text = g_string_new(head);
	g_autoptr(GString) fewer = g_string_new(head);

	(void)state;
	append_many(text, "{},", 3);
	g_string_append(text, "{}]}");
	check_refused(text, PARSER_ERROR_POLICIES, "max_policies", RECEIVED);
	append_many(fewer, "{},", 2);
	g_string_append(fewer, "{}]}");
	check_taken(fewer, RECEIVED);
}

#define ROW(code) "{\"failure-reason-code\":\"" code "\"}"

static void test_failure_details(void **state)
{
	g_autoptr(GString) text = g_string_new(head);
	g_autoptr(GString) fewer = g_string_new(head);

	(void)state;
	g_string_append(text, "{\"failure-details\":[" ROW("1") "," ROW(
				      "2") "," ROW("3") "]},");
	g_string_append(text, "{\"failure-details\":[" ROW("1") "," ROW(
				      "2") "," ROW("3") "]}]}");
	check_refused(text, PARSER_ERROR_FAILURE_DETAILS, "max_failure_details",
		RECEIVED);
	/* Neither empty nor equal rows count. */
	g_string_append(fewer, "{\"failure-details\":[" ROW("1") ",{}," ROW(
				       "2") ",{}," ROW("3") "]},");
	g_string_append(fewer, "{\"failure-details\":[" ROW("1") "," ROW(
				       "1") "," ROW("2") "]}]}");
	check_taken(fewer, RECEIVED);
}

/* The period of the report, and when it arrives: to the second. */
static void test_age(void **state)
{
	static const int64_t start = 1768867200;
	static const int64_t end = 1768953599;
	g_autoptr(GString) text = g_string_new(head);

	(void)state;
	g_string_append(text, "]}");
	check_taken(text, start + limits.report_age);
	check_refused(text, PARSER_ERROR_PERIOD, "max_report_age",
		start + limits.report_age + 1);
	check_taken(text, end - limits.report_future);
	check_refused(text, PARSER_ERROR_PERIOD, "max_report_future",
		end - limits.report_future - 1);
}

static void test_message_size(void **state)
{
	g_autofree char *text = g_strnfill(4 * MEBIBYTE + 1, 'x');
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = parser_parse_message(
		(const uint8_t *)text, strlen(text), &limits, RECEIVED, &error);

	(void)state;
	assert_null(message);
	assert_int_equal(error->code, PARSER_ERROR_MESSAGE_TOO_BIG);
	assert_string_equal(error->message,
		"the message has more than 4194304 bytes (max_message_size)");
	message = parser_parse_message((const uint8_t *)text, strlen(text) - 1,
		&limits, RECEIVED, NULL);
	assert_non_null(message);
}

/* Reads a mail, which is refused as a whole for this reason, or which may be
 * NULL. */
static void check_mail(const GString *text, const char *reason)
{
	g_autoptr(ParsedMessage) message = parser_parse_message(
		(const uint8_t *)text->str, text->len, &limits, RECEIVED, NULL);
	const ParsedPart *part =
		message->parts->len > 0 ? message->parts->pdata[0] : NULL;

	if (reason == NULL) {
		assert_true(part == NULL || part->error == NULL ||
			    part->error->code != PARSER_ERROR_TOO_MANY_PARTS);
		return;
	}
	assert_int_equal(message->parts->len, 1);
	assert_int_equal(part->error->code, PARSER_ERROR_TOO_MANY_PARTS);
	assert_string_equal(part->error->message, reason);
}

static void check_parts(const char *part, int count, const char *reason)
{
	g_autoptr(GString) text =
		g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");

	append_many(text, part, count);
	g_string_append(text, "--b--\n");
	check_mail(text, reason);
}

static void test_attachments(void **state)
{
	static const char packed[] =
		"--b\nContent-Type: application/tlsrpt+gzip\n\nx\n";

	(void)state;
	check_parts(packed, ATTACHMENT_MAX, NULL);
	check_parts(packed, ATTACHMENT_MAX + 1,
		"the message has more than 64 attached reports");
}

/* The mail itself, and what its parts are in, are two of them. */
static void test_parts(void **state)
{
	(void)state;
	check_parts("--b\n\n\n", ATTACHMENT_PARTS_MAX - 2, NULL);
	check_parts("--b\n\n\n", ATTACHMENT_PARTS_MAX - 1,
		"the message has more than 10000 parts");
}

/* A message in so many others, each of them encoded. */
static void check_depth(int depth, const char *reason)
{
	g_autoptr(GString) text = g_string_new("Subject: x\n\nx\n");

	for (int i = 0; i < depth; i++) {
		g_autofree char *inner =
			g_base64_encode((const uint8_t *)text->str, text->len);

		g_string_printf(text,
			"Content-Type: message/rfc822\n"
			"Content-Transfer-Encoding: base64\n\n%s\n",
			inner);
	}
	check_mail(text, reason);
}

static void test_depth(void **state)
{
	(void)state;
	check_depth(ATTACHMENT_DEPTH_MAX, NULL);
	check_depth(ATTACHMENT_DEPTH_MAX + 1,
		"the message has more than 8 messages within messages");
}

/* Each part may inflate to the limit, but not all of them. */
static void test_inflated_sum(void **state)
{
	static const char part_head[] =
		"--b\nContent-Type: application/tlsrpt+gzip\n"
		"Content-Transfer-Encoding: base64\n\n";
	g_autoptr(GBytes) packed = pack(MEBIBYTE);
	g_autofree char *body = g_base64_encode(
		g_bytes_get_data(packed, NULL), g_bytes_get_size(packed));
	g_autoptr(GString) text =
		g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
	g_autoptr(ParsedMessage) message = NULL;

	(void)state;
	for (int i = 0; i < 6; i++)
		g_string_append_printf(text, "%s%s\n", part_head, body);
	message = parser_parse_message(
		(const uint8_t *)text->str, text->len, &limits, RECEIVED, NULL);
	assert_int_equal(message->parts->len, 6);
	for (guint i = 0; i < 6; i++) {
		const ParsedPart *part = message->parts->pdata[i];

		assert_int_equal(
			part->error->code, i < 4 ? PARSER_ERROR_SYNTAX
						 : PARSER_ERROR_REPORT_TOO_BIG);
	}
	assert_int_equal(message->inflated_size, 4 * MEBIBYTE);
}

/* Thousands of messages in each other must not exhaust the stack. */
static void test_nesting(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message = NULL;

	(void)state;
	append_many(text, "Content-Type: message/rfc822\n\n", 20000);
	message = parser_parse_message((const uint8_t *)text->str, text->len,
		&limits, RECEIVED, &error);
	assert_non_null(message);
	g_string_truncate(text, 0);
	for (int i = 0; i < 20000; i++)
		g_string_append_printf(text,
			"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
			i, i);
	parsed_message_free(message);
	message = parser_parse_message((const uint8_t *)text->str, text->len,
		&limits, RECEIVED, &error);
	assert_non_null(message);
}

static void test_remarks(void **state)
{
	g_autoptr(GString) text = g_string_new(head);
	g_autoptr(ParsedMessage) message = NULL;
	const ParsedPart *part;

	(void)state;
	g_string_append(text, "],\"remarks\":[");
	for (int i = 0; i < 100; i++)
		g_string_append_printf(text, "\"remark %d\",", i);
	g_string_append(text, "\"last\"]}");
	message = parser_parse_file((const uint8_t *)text->str, text->len, NULL,
		&limits, RECEIVED, NULL);
	part = message->parts->pdata[0];
	assert_int_equal(
		g_strv_length((char **)(uintptr_t)part->report->remarks), 33);
	assert_string_equal(
		part->report->remarks[32], "further remarks are left out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inflated_size),
		cmocka_unit_test(test_tree_memory),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_failure_details),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_message_size),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_inflated_sum),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_remarks),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
