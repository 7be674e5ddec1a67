/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/candidate.h"
#include "parser/parser.h"
#include "tests/test.h"

enum {
	NONE = -1,
};

/* A part's media type and name, and its claim to be a report. */
static const struct {
	const char *type;
	const char *name;
	int claim;
} parts[] = {
	{"application/tlsrpt+gzip", NULL, CANDIDATE_DECLARED},
	{"application/tlsrpt+json", "x.dat", CANDIDATE_DECLARED},
	{"application/tlsrpt+zip", NULL, CANDIDATE_DECLARED},
	{"application/tlsrpt+x-gzip", NULL, CANDIDATE_DECLARED},
	{"Application/TLSRPT", "r.json", CANDIDATE_DECLARED},
	{"application/gzip", NULL, CANDIDATE_POSSIBLE},
	{"application/x-gzip", "r.json.gz", CANDIDATE_NAMED},
	{"application/zip", "r.zip", CANDIDATE_POSSIBLE},
	{"application/x-zip-compressed", NULL, CANDIDATE_POSSIBLE},
	{"application/json", NULL, CANDIDATE_POSSIBLE},
	{"application/octet-stream", "R.JSON", CANDIDATE_NAMED},
	{"text/json", NULL, CANDIDATE_POSSIBLE},
	{"text/xml", NULL, CANDIDATE_POSSIBLE},
	{"text/plain", "r.json", CANDIDATE_NAMED},
	{"text/plain", "r.gz", CANDIDATE_POSSIBLE},
	{"image/png", "r.zip", CANDIDATE_POSSIBLE},
	{"text/plain", NULL, NONE},
	{"text/plain", "r.txt", NONE},
	{"application/pdf", NULL, NONE},
	{"application/tlsrpt+gzip2", NULL, NONE},
};

static const struct {
	const char *name;
	const char *value;
	bool announced;
} fields[] = {
	{"TLS-Report-Domain", "example.com", true},
	{"tls-report-submitter", "", true},
	{"X-TLS-Report-Domain", "example.com", false},
	{"From", "name=r.json", false},
	{"Subject", "application/tlsrpt+gzip", false},
	{"Subject", "Re: Report Domain: a.example", false},
	{"subject", " report domain: a.example Submitter: b", true},
	{"Subject", "=?utf-8?Q?Report_Domain:_a.example?=", true},
	{"Content-Type", "text/plain; x=application/TLSRPT", true},
	{"Content-Type", "multipart/report; report-type=tlsrpt", true},
	{"CONTENT-TYPE", "message/rfc822", true},
	{"ContentType", "multipart/mixed; boundary=x", true},
	{"Content-Type", "", true},
	{"Content-Type", "(text/plain) multipart/mixed", true},
	{"Content-Type", "text/plain", false},
	{"Content-Type", "\n\tTEXT/Html; charset=utf-8", false},
	{"Content-Type", "text/calendar; method=REQUEST", false},
	{"Content-Type", "image/png", false},
	{"Content-Type", "audio/ogg", false},
	{"Content-Type", "video/mp4", false},
	{"ContentType", "text/plain", false},
	{"Content-Type", "text/plain; NAME=\"r.json\"", true},
	{"Content-Type", "text/plain;\n name*0=r.;\n name*1=json", true},
	{"Content-Disposition", "inline", false},
	{"Content-Disposition", "attachment; filename*=utf-8''r%2ejson", true},
	{"content-disposition", "attachment;\n\tFileName=r.json", true},
};

/* Whether a field says that the mail is a report. */
static const struct {
	const char *name;
	const char *value;
	bool is_claim;
} claims[] = {
	{"TLS-Report-Domain", "", true},
	{"Subject", "Report Domain: a.example", true},
	{"Subject", "TLS reports", false},
	{"Content-Type", "multipart/report;\n report-type=\"TLSRPT\"", true},
	{"Content-Type", "multipart/report; report-type=delivery-status",
		false},
	{"Content-Type", "multipart/mixed; boundary=tlsrpt", false},
	{"ContentType", "application/tlsrpt+gzip", true},
	{"Content-Disposition", "attachment; filename=r.json.gz", false},
};

static int get_claim(const char *type, const char *name)
{
	CandidateClaim claim;

	return candidate_get_claim(type, name, &claim) ? (int)claim : NONE;
}

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (get_claim(parts[i].type, parts[i].name) != parts[i].claim)
			fail_msg("part %zu is wrong", i);
	}
}

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (candidate_is_announced(fields[i].name, fields[i].value) !=
			fields[i].announced)
			fail_msg("field %zu is wrong", i);
	}
}

static void test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
		if (candidate_is_claim(claims[i].name, claims[i].value) !=
			claims[i].is_claim)
			fail_msg("claim %zu is wrong", i);
	}
}

/* What is read when all of the mail is there must not be let go at its
 * header. */
static void test_parts_are_announced(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *value = g_strdup_printf("%s%s%s",
			parts[i].type, parts[i].name != NULL ? "; name=" : "",
			parts[i].name != NULL ? parts[i].name : "");

		if (parts[i].claim != NONE &&
			!candidate_is_announced("Content-Type", value))
			fail_msg("%s is not announced", value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_parts_are_announced),
	};

	parser_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
