/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-repair.h"

#include <string.h>

#include "tests/test.h"

#define TYPE "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="

typedef struct {
	const char *mail;
	const char *repaired;
} Case;

static const Case lines[] = {
	{"A: b\n\nc\n", "A: b\n\nc\n"},
	{"\n\r\nA: b\n", "A: b\n"},
	{"+OK 12 octets\r\nA: b\n", "A: b\n"},
	{"A: b\r\rc\r", "A: b\n\nc\n"},
	{"\r+ok\rA: b\r", "A: b\n"},
	{"A: b\rc\n", "A: b\rc\n"},
	{"\n", ""},
	{"", ""},
};

static const Case structures[] = {
	/* Fields are folded, in the header of a part, too. */
	{"A: b;\nc=d\n\ntext\n", "A: b;\n c=d\n\ntext\n"},
	{"A: b;\n c=d\nE_f: g\n\nx y\n", "A: b;\n c=d\nE_f: g\n\nx y\n"},
	{"A: b\n\n--x\nB: c\nd=e\n\nf g\n", "A: b\n\n--x\nB: c\n d=e\n\nf g\n"},
	/* A line before the first field is not part of one. */
	{"From a b\nA: b\n", "From a b\nA: b\n"},
	/* The body tells the boundary. */
	{"A: b\nContent-Type: text/plain;\n c=d\nE: f\n\n"
	 "-- \nMe\n--x\nContent-ID: 1\n\ny\n",
		"A: b\nE: f\n" TYPE "\"x\"\n\n--x\nContent-ID: 1\n\ny\n"},
	{"ContentType: x\nMIME-version: 1\n\n--x\r\ncontent-id: 1\r\n",
		TYPE "\"x\"\n\n--x\r\ncontent-id: 1\r\n"},
	{"A: b\n\n--x\n\nContent-ID: 1\n", "A: b\n\n--x\n\nContent-ID: 1\n"},
	{"A: b\n\n--x\"y\nContent-ID: 1\n", "A: b\n\n--x\"y\nContent-ID: 1\n"},
	{"A: b\n\n--\nContent-ID: 1\n", "A: b\n\n--\nContent-ID: 1\n"},
	{"", ""},
};

static const struct {
	const char *text;
	bool is_mail;
} texts[] = {
	{"From: a\n\nb", true},
	{"Subject: x\r\nfrom: a\r\n\r\n", true},
	{"From b Mon\nFrom: a\n", true},
	{"Subject: x\n\nFrom: a\n", false},
	{"Subject: x\nFrom b\nFrom: a\n", false},
	{"PK\x03\x04\nFrom: a\n", false},
	{"{\"From:\": 1}", false},
	{"", false},
};

static void check(const Case *wanted, const GByteArray *got)
{
	if (got->len != strlen(wanted->repaired) ||
		(got->len > 0 &&
			memcmp(got->data, wanted->repaired, got->len) != 0))
		fail_msg("%s becomes %.*s", wanted->mail, (int)got->len,
			got->data);
}

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(MailBytes) bytes = mail_repair_lines(
			(const uint8_t *)lines[i].mail, strlen(lines[i].mail));

		check(&lines[i], bytes->array);
	}
}

static void test_structures(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(structures); i++) {
		const char *mail = structures[i].mail;
		g_autoptr(GByteArray) bytes = mail_repair_structure(
			(const uint8_t *)mail, strlen(mail));

		check(&structures[i], bytes);
	}
}

static void test_is_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i].text;

		if (mail_repair_is_mail((const uint8_t *)text, strlen(text)) !=
			texts[i].is_mail)
			fail_msg("%s is taken for something else", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_structures),
		cmocka_unit_test(test_is_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
