/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/authenticate.h"

#include <string.h>

#include "tests/test.h"

#define AR(results) "Authentication-Results: mx.kiosk.test; " results "\r\n"
#define FOREIGN(results)                                                       \
	"Authentication-Results: mx.other.test; " results "\r\n"
#define SIGNED(domain, more)                                                   \
	"DKIM-Signature: v=1; a=rsa-sha256; d=" domain                         \
	"; s=s1;\r\n\tbh=x; h=From : Content-Type; b=AbCd\r\n\t EfGhIj" more   \
	"\r\n"
#define SIGNED_FIELDS(domain, fields)                                          \
	"DKIM-Signature: v=1; d=" domain "; s=s1; b=x; h=" fields "\r\n"
#define PASS(domain) "dkim=pass header.d=" domain
#define PASS_OF(domain, selector, beginning)                                   \
	PASS(domain) " header.s=" selector " header.b=" beginning

/* Who has signed a mail with this header, and about whom it cannot be said:
 * names with a blank behind each. */
static const struct {
	const char *header;
	const char *verified;
	const char *undecided;
} cases[] = {
	{AR(PASS("a.example")) SIGNED("a.example", ""), "a.example ", ""},
	{AR(PASS_OF("a.example", "s1", "AbCdEfGh")) SIGNED("a.example", ""),
		"a.example ", ""},
	{"Received: by x\r\n" AR(PASS("a.example")) SIGNED("A.example", ";"),
		"a.example ", ""},
	{AR("spf=pass smtp.mailfrom=b.example; " PASS("a.example") "; dkim=pass"
								   " header.d="
								   "b.example")
			SIGNED("a.example", "") SIGNED("b.example", ""),
		"a.example b.example ", ""},
	{AR("dkim=fail header.d=a.example; " PASS("b.example"))
			SIGNED("a.example", "") SIGNED("b.example", ""),
		"b.example ", ""},
	{AR("dkim=temperror header.d=a.example") SIGNED("a.example", ""), "",
		"a.example "},
	{"Authentication-Results: (me) \"MX.kiosk.test\"/4F2x1 1;\r\n"
	 "\tdkim=pass (2048-bit key) header.d=a.example\r\n" SIGNED(
		 "a.example", ""),
		"a.example ", ""},
	{AR("none") SIGNED("a.example", ""), "", ""},
	{SIGNED("a.example", ""), "", ""},
	{"", "", ""},

	/* Only the top-most field of the trusted server. */
	{AR("none") AR(PASS("a.example")) SIGNED("a.example", ""), "", ""},
	{AR(PASS("a.example")) AR(PASS("b.example")) SIGNED("a.example", "")
			SIGNED("b.example", ""),
		"a.example ", ""},
	{FOREIGN("none") AR(PASS("a.example")) SIGNED("a.example", ""),
		"a.example ", ""},
	{FOREIGN(PASS("a.example")) SIGNED("a.example", ""), "", ""},
	{"Authentication-Results: mx.kiosk.test.evil.example; " PASS(
		 "a.example") "\r\n" SIGNED("a.example", ""),
		"", ""},
	{"Authentication-Results: kiosk.test; " PASS("a.example") "\r\n" SIGNED(
		 "a.example", ""),
		"", ""},
	{"X-Authentication-Results: mx.kiosk.test; " PASS(
		 "a.example") "\r\n" SIGNED("a.example", ""),
		"", ""},
	{"Authentication-Results: evil (mx.kiosk.test; " PASS(
		 "a.example") ")\r\n" SIGNED("a.example", ""),
		"", ""},
	/* What cannot be read may be the server's own. */
	{AR("dkim=pass (open") AR(PASS("a.example")) SIGNED("a.example", ""),
		"", ""},
	{"Authentication-Results:\r\n" AR(PASS("a.example"))
			SIGNED("a.example", ""),
		"", ""},
	/* Behind the header it is text. */
	{"\r\n" AR(PASS("a.example")) SIGNED("a.example", ""), "", ""},

	/* The signature must be there, and cover the whole mail. */
	{AR(PASS("a.example")), "", ""},
	{AR(PASS("a.example")) SIGNED("b.example", ""), "", ""},
	{AR(PASS_OF("a.example", "s2", "AbCd")) SIGNED("a.example", ""), "",
		""},
	{AR(PASS_OF("a.example", "s1", "AbCe")) SIGNED("a.example", ""), "",
		""},
	{AR(PASS("a.example")) SIGNED("a.example", "; l=100"), "", ""},
	{AR(PASS("a.example")) SIGNED("a.example", "")
			SIGNED("a.example", ";l=0"),
		"", ""},
	{AR(PASS("a.example")) SIGNED("a.example", "")
			SIGNED("b.example", "; l=100"),
		"a.example ", ""},
	{AR(PASS("a.example")) SIGNED("a.example", "")
			SIGNED("a.example", "; l=1; l=2"),
		"", ""},
	/* So must be what makes it a report. */
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example", "from:to:subject"),
		"", ""},
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example", ""), "", ""},
	{AR(PASS("a.example"))
			SIGNED_FIELDS("a.example", "from:tls-report-domain"),
		"", ""},
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example",
		 "from: tls-report-domain") "TLS-Report-Domain: example.com\r\n",
		"a.example ", ""},
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example",
		 "from:to:subject") "TLS-Report-Submitter: a.example\r\n",
		"", ""},
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example", "CONTENT-TYPE"),
		"a.example ", ""},
	{AR(PASS("a.example")) SIGNED_FIELDS("a.example", "content-types"), "",
		""},

	{AR("dkim=pass header.i=@a.example") SIGNED("a.example", ""), "", ""},
	{AR("dkim=pass header.d=a.example header.d=b.example")
			SIGNED("a.example", "") SIGNED("b.example", ""),
		"", ""},
};

static char *join(char **domains)
{
	g_autofree char *text = g_strjoinv(" ", domains);

	return g_strconcat(text, *text != '\0' ? " " : "", NULL);
}

static void check(size_t row, const char *mail, const char *verified,
	const char *undecided)
{
	g_autoptr(Signers) signers = authenticate_message(
		&(AuthenticateRules){AUTHENTICATE_AUTHRES, "mx.kiosk.test", 0},
		(const uint8_t *)mail, strlen(mail));
	g_autofree char *all_verified = join(signers->verified);
	g_autofree char *all_undecided = join(signers->undecided);

	if (strcmp(all_verified, verified) != 0 ||
		strcmp(all_undecided, undecided) != 0)
		fail_msg("row %zu: verified %s; undecided %s", row,
			all_verified, all_undecided);
}

static void test_authres(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *mail = g_strconcat(
			cases[i].header, "Subject: x\r\n\r\nbody\r\n", NULL);
		g_auto(GStrv) lines = g_strsplit(mail, "\r\n", -1);
		g_autofree char *unix_mail = g_strjoinv("\n", lines);

		check(i, mail, cases[i].verified, cases[i].undecided);
		check(i, unix_mail, cases[i].verified, cases[i].undecided);
	}
}

static void test_off(void **state)
{
	static const char mail[] =
		AR(PASS("a.example")) SIGNED("a.example", "") "\r\n";
	g_autoptr(Signers) signers = authenticate_message(
		&(AuthenticateRules){AUTHENTICATE_OFF, "mx.kiosk.test", 0},
		(const uint8_t *)mail, strlen(mail));

	(void)state;
	assert_null(signers->verified[0]);
	assert_null(signers->undecided[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_authres),
		cmocka_unit_test(test_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
