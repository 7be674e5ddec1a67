/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "milter/message.h"
#include "parser/parser.h"
#include "tests/test.h"

enum {
	NO_LIMIT = 1 << 20,
};

static const char *const addresses[] = {"rua@example.com", NULL};

static Snapshot *make_snapshot(size_t message_size)
{
	Snapshot *snapshot = snapshot_new(settings_new_default());

	recipient_matcher_free(snapshot->recipients);
	snapshot->recipients = recipient_matcher_new(addresses, "+");
	snapshot->limits.message_size = message_size;
	return snapshot;
}

/* A message behind RCPT. */
static Message *begin(size_t message_size)
{
	Message *message = message_new();

	message_begin(message, make_snapshot(message_size), "<a@b.example>");
	message_add_recipient(message, "<rua@example.com>");
	return message;
}

static void add_body(Message *message, const char *text)
{
	message_add_body(message, (const uint8_t *)text, strlen(text));
}

static void assert_message(const Message *message, const char *text)
{
	assert_non_null(message->content);
	assert_int_equal(message->content->len, strlen(text));
	assert_memory_equal(message->content->data, text, strlen(text));
}

/* Header fields, NAME and VALUE in turn, and whether a report may follow. */
static const struct {
	const char *fields[7];
	bool may_be_report;
} headers[] = {
	{{NULL}, false},
	{{"From", "a@b.example", "Subject", "name=report.json.gz"}, false},
	{{"From", "a@b.example", "Subject", "Report Domain: a.example"}, true},

	/* What people and their programs write. */
	{{"Content-Type", "text/plain"}, false},
	{{"Content-Type", "TEXT/Plain; charset=utf-8; format=flowed"}, false},
	{{"Content-Type", "\n\ttext/html; charset=utf-8"}, false},
	{{"Content-Type", "text/calendar; method=REQUEST"}, false},
	{{"Content-Type", "image/png"}, false},
	{{"Content-Type", "audio/ogg"}, false},
	{{"Content-Type", "video/mp4"}, false},
	{{"Content-Type", "text/plain", "Content-Disposition", "inline"},
		false},

	/* What a report may be in. */
	{{"Content-Type", "multipart/report; report-type=\"tlsrpt\""}, true},
	{{"Content-Type", "multipart/mixed; boundary=x"}, true},
	{{"ContentType", "multipart/report; boundary=x"}, true},
	{{"ContentType", "text/plain"}, false},
	{{"CONTENT-TYPE", "application/tlsrpt+gzip"}, true},
	{{"Content-Type", "application/tlsrpt+json"}, true},
	{{"Content-Type", "application/json"}, true},
	{{"Content-Type", "application/octet-stream"}, true},
	{{"Content-Type", "message/rfc822"}, true},
	{{"Content-Type", ""}, true},
	{{"Content-Type", "nonsense"}, true},
	{{"Content-Type", "(text/plain) multipart/mixed"}, true},

	/* A name, also in pieces and in another character set. */
	{{"Content-Type", "text/plain; name=report.json"}, true},
	{{"Content-Type", "text/plain; NAME=\"report.json\""}, true},
	{{"Content-Type", "text/plain;\n name*0=report.;\n name*1=json"}, true},
	{{"Content-Type", "text/plain; name*0*=utf-8''report%2e; name*1=json"},
		true},
	{{"Content-Disposition", "attachment; filename=r.json.gz"}, true},
	{{"Content-Disposition", "attachment; filename*=utf-8''r%2ejson"},
		true},
	{{"Content-Disposition",
		 "attachment;\n\tfilename*0*=utf-8''r;\n\tfilename*1=.json.gz"},
		true},
	{{"Content-Type", "text/plain", "content-disposition",
		 "attachment; FileName=\"r.json.gz\""},
		true},

	/* The fields of RFC 8460 section 5.3. */
	{{"TLS-Report-Domain", "example.com"}, true},
	{{"tls-report-submitter", "mail.example.org"}, true},
	{{"TLS-Report-Domain", "example.com", "Content-Type", "text/plain"},
		true},
	{{"Content-Type", "text/plain", "TLS-Report-Submitter", ""}, true},
	{{"X-TLS-Report-Domain", "example.com"}, false},
};

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
		const char *const *field = headers[i].fields;
		g_autoptr(Message) message = begin(NO_LIMIT);

		for (; *field != NULL; field += 2)
			message_add_header(message, field[0], field[1]);
		if (message_end_header(message) != headers[i].may_be_report)
			fail_msg("row %zu is wrong", i);
	}
}

static void test_recipients(void **state)
{
	g_autoptr(Message) message = message_new();

	(void)state;
	message_begin(message, make_snapshot(NO_LIMIT), "< \"A\"@b.example >");
	assert_string_equal(message->sender, "A@b.example");
	assert_false(message_is_wanted(message));
	message_add_recipient(message, "<other@example.com>");
	assert_false(message_is_wanted(message));
	message_add_recipient(message, "<RUA+x@Example.Com>");
	assert_true(message_is_wanted(message));
	message_add_recipient(message, "<third@example.com>");
	assert_true(message_is_wanted(message));

	/* As typed: smfi_delrcpt() needs it byte for byte. */
	assert_int_equal(message->recipients->len, 1);
	assert_string_equal(
		message->recipients->pdata[0], "<RUA+x@Example.Com>");
	assert_int_equal(message->other_recipients, 2);
}

static void test_message(void **state)
{
	g_autoptr(Message) message = begin(NO_LIMIT);

	(void)state;
	message_add_header(message, "Subject", " one\n two\r\n  three ");
	message_add_header(message, "X-Empty", "");
	message_end_header(message);
	add_body(message, "line\r");
	message_add_body(message, (const uint8_t *)"", 0);
	add_body(message, "\nend\r\n");
	assert_message(message, "Subject: one\r\n two\r\n  three \r\n"
				"X-Empty:\r\n\r\n"
				"line\r\nend\r\n");
	assert_false(message->too_big);
}

static void test_no_header(void **state)
{
	g_autoptr(Message) message = begin(NO_LIMIT);

	(void)state;
	assert_false(message_end_header(message));
	assert_message(message, "\r\n");
}

static void test_nul_in_body(void **state)
{
	static const uint8_t body[] = {'a', 0, 'b'};
	g_autoptr(Message) message = begin(NO_LIMIT);

	(void)state;
	message_add_body(message, body, sizeof(body));
	assert_int_equal(message->content->len, sizeof(body));
	assert_memory_equal(message->content->data, body, sizeof(body));
}

/* "A: b" and the empty line are eight bytes, then comes the body. */
static const struct {
	size_t limit;
	const char *body;
	bool too_big;
} sizes[] = {
	{12, "1234", false},
	{12, "123", false},
	{12, "12345", true},
	{8, "", false},
	{8, "1", true},
	{7, "", true},
	{0, "", true},
};

static void test_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Message) message = begin(sizes[i].limit);

		message_add_header(message, "A", " b");
		message_end_header(message);
		add_body(message, sizes[i].body);
		assert_int_equal(message->too_big, sizes[i].too_big);
		if (sizes[i].too_big)
			assert_null(message->content);
		else
			assert_int_equal(message->content->len,
				8 + strlen(sizes[i].body));
	}
}

/* What comes after a piece that was too big is not collected, however small
 * it is. */
static void test_too_big_is_final(void **state)
{
	g_autoptr(Message) message = begin(4);

	(void)state;
	add_body(message, "12345");
	add_body(message, "1");
	message_add_header(message, "A", "");
	assert_true(message->too_big);
	assert_null(message->content);
}

/* A header that is too big still tells whether a report may follow. */
static void test_too_big_header(void **state)
{
	g_autoptr(Message) message = begin(4);

	(void)state;
	message_add_header(message, "Subject", "too long");
	message_add_header(message, "TLS-Report-Domain", "example.com");
	assert_true(message_end_header(message));
	assert_true(message->too_big);
}

static void assert_empty(const Message *message)
{
	assert_null(message->snapshot);
	assert_null(message->sender);
	assert_null(message->recipients);
	assert_null(message->content);
	assert_int_equal(message->other_recipients, 0);
	assert_false(message->may_be_report);
	assert_false(message->too_big);
}

static void test_reset(void **state)
{
	g_autoptr(Message) message = message_new();

	(void)state;
	assert_empty(message);
	message_reset(message);
	assert_empty(message);
	message_begin(message, make_snapshot(50), "<a@b.example>");
	message_add_recipient(message, "<other@example.com>");
	message_add_header(message, "TLS-Report-Domain", "example.com");
	message_end_header(message);
	message_reset(message);
	assert_empty(message);
	message_reset(message);
	assert_empty(message);
}

/* MAIL may come again without an end of the message before. */
static void test_next_message(void **state)
{
	g_autoptr(Message) message = begin(20);

	(void)state;
	message_add_recipient(message, "<other@example.com>");
	message_add_header(message, "TLS-Report-Domain", "example.com");
	assert_true(message->may_be_report);
	assert_true(message->too_big);

	message_begin(message, make_snapshot(NO_LIMIT), "<>");
	assert_string_equal(message->sender, "");
	assert_false(message_is_wanted(message));
	assert_int_equal(message->other_recipients, 0);
	assert_false(message_end_header(message));
	assert_message(message, "\r\n");
}

/* A message keeps the settings that it began with. */
static void test_snapshot_is_kept(void **state)
{
	static const char *const none[] = {NULL};
	g_autoptr(Message) message = message_new();
	Snapshot *next = make_snapshot(NO_LIMIT);

	(void)state;
	snapshot_set_current(make_snapshot(8));
	message_begin(message, snapshot_get_current(), "<a@b.example>");
	recipient_matcher_free(next->recipients);
	next->recipients = recipient_matcher_new(none, "");
	snapshot_set_current(next);

	message_add_recipient(message, "<rua@example.com>");
	assert_true(message_is_wanted(message));
	add_body(message, "123456789");
	assert_true(message->too_big);

	message_begin(message, snapshot_get_current(), "<a@b.example>");
	message_add_recipient(message, "<rua@example.com>");
	assert_false(message_is_wanted(message));
	add_body(message, "123456789");
	assert_false(message->too_big);
	snapshot_set_current(NULL);
}

static Message *begin_in_transit(size_t transit_size)
{
	Message *message = begin(10);

	message->snapshot->settings->max_transit_size = (int64_t)transit_size;
	return message;
}

/* All messages together have a limit, which is never below that of one. */
static void test_messages_in_transit(void **state)
{
	g_autoptr(Message) first = begin_in_transit(12);
	g_autoptr(Message) second = begin_in_transit(12);
	g_autoptr(Message) third = begin_in_transit(1);

	(void)state;
	add_body(first, "123456");
	add_body(second, "123456");
	assert_false(second->crowded_out);
	add_body(second, "7");
	assert_true(second->crowded_out);
	assert_false(second->too_big);
	assert_null(second->content);
	add_body(second, "8");
	assert_null(second->content);
	add_body(third, "1234");
	assert_false(third->crowded_out);
	add_body(third, "5");
	assert_true(third->crowded_out);
	message_reset(second);
	message_reset(third);
	message_reset(first);
	message_begin(third, make_snapshot(10), "<a@b.example>");
	third->snapshot->settings->max_transit_size = 1;
	add_body(third, "1234567890");
	assert_false(third->crowded_out);
	assert_int_equal(third->content->len, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_no_header),
		cmocka_unit_test(test_nul_in_body),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_too_big_is_final),
		cmocka_unit_test(test_too_big_header),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_next_message),
		cmocka_unit_test(test_snapshot_is_kept),
		cmocka_unit_test(test_messages_in_transit),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
