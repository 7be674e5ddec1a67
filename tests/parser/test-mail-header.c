/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-header.h"

#include <string.h>

#include "parser/parser.h"
#include "tests/test.h"

#define BODY "\r\nbody\r\n.\r\n"

static GByteArray *make(const char *mail)
{
	GByteArray *bytes = g_byte_array_new();

	return g_byte_array_append(
		bytes, (const guint8 *)mail, (guint)strlen(mail));
}

static const struct {
	const char *mail;
	const char *part;
} cases[] = {
	{"Subject: x\r\nContent-Type: a/b\r\n" BODY,
		"Content-Type: a/b\r\n" BODY},
	{"content-type: a/b;\r\n c=d\r\nX: y\r\n z\r\n" BODY,
		"content-type: a/b;\r\n c=d\r\n" BODY},
	{"Received: x\n\ty\nContent-Type: a/b\n\nbody",
		"Content-Type: a/b\n\nbody"},
	{"From: a@b.example\r\n" BODY, BODY},
	{"Subject:\r\n" BODY, BODY},
};

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MailHeader) header = {0};
		g_autoptr(GByteArray) mail = make(cases[i].mail);
		g_autoptr(GByteArray) part = mail_header_split(&header, mail);

		assert_non_null(part);
		assert_int_equal(part->len, strlen(cases[i].part));
		assert_memory_equal(part->data, cases[i].part, part->len);
	}
}

/* GMime reads these as it reads everything. */
static void test_doubt(void **state)
{
	static const char *const mails[] = {
		"",
		"Subject: x",
		"Subject: x\r\n",
		"Subject x\r\n" BODY,
		" Subject: x\r\n" BODY,
		": x\r\n" BODY,
		"From a@b.example\r\nSubject: x\r\n" BODY,
		"Sub ject: x\r\n" BODY,
		"Subj\xc3\xa9"
		"ct: x\r\n" BODY,
		"From: a@b.example\r\nFrom: c@d.example\r\n" BODY,
		"From: <\r\n" BODY,
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_auto(MailHeader) header = {0};
		g_autoptr(GByteArray) mail = make(mails[i]);
		g_autoptr(GByteArray) part = mail_header_split(&header, mail);

		assert_null(part);
	}
}

static void check(
	const MailHeader *header, MailFieldIndex index, const char *wanted)
{
	g_autofree char *text = mail_header_decode(header, index);

	if (wanted == NULL)
		assert_null(text);
	else
		assert_string_equal(text, wanted);
}

/* Of repeated fields the one that GMime takes. */
static void test_fields(void **state)
{
	g_auto(MailHeader) header = {0};
	g_autoptr(GByteArray) mail = make(
		"subject: =?utf-8?q?=C3=A4?=\r\n b\r\nTLS-Report-Domain: one\r\n"
		"TLS-Report-Domain: two\r\nSubject: last\r\n"
		"Message-ID: <1@a.example>\r\nMessage-ID: <2@a.example>\r\n"
		"From: Tls <tls@a.example>\r\n" BODY);
	g_autoptr(GByteArray) part = mail_header_split(&header, mail);

	(void)state;
	assert_non_null(part);
	check(&header, MAIL_FIELD_SUBJECT, "\xc3\xa4 b");
	check(&header, MAIL_FIELD_LAST_SUBJECT, "last");
	check(&header, MAIL_FIELD_REPORT_DOMAIN, "one");
	check(&header, MAIL_FIELD_MESSAGE_ID, "<2@a.example>");
	check(&header, MAIL_FIELD_SUBMITTER, NULL);
	check(&header, MAIL_FIELD_MISSPELT_TYPE, NULL);
	assert_int_equal(internet_address_list_length(header.from), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_fields),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
