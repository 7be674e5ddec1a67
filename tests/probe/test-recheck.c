/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/judge.h"
#include "probe/recheck.h"
#include "tests/test.h"

enum {
	DAY = 86400,
	/* 2026-11-20 and a moment before the certificate below. */
	LAST_DAY = 1795132800,
};

/* What one host shows at its only address, and what becomes of a result type
 * that was reported of it. */
static const struct {
	const char *result_type;
	const char *host;
	SmtpTlsStage stage;
	CertificateFlags flags;
	int64_t age;
	Recheck recheck;
	const char *text;
} cases[] = {
	{"certificate-expired", "mx.example.com", SMTP_TLS_DONE,
		CERTIFICATE_EXPIRED, -10, RECHECK_STILL,
		"still so on 192.0.2.1 (not_after 2027-02-08)"},
	{"certificate-expired", NULL, SMTP_TLS_DONE, CERTIFICATE_EXPIRED, -10,
		RECHECK_STILL, "still so on 192.0.2.1 (not_after 2027-02-08)"},
	{"certificate-expired", "mx.example.com", SMTP_TLS_DONE,
		CERTIFICATE_FINE, 2, RECHECK_REPAIRED,
		"no longer so since 2026-11-22 (renewed, valid until "
		"2027-02-20); waits for reporters"},
	{"certificate-expired", "mx.example.com", SMTP_TLS_DONE,
		CERTIFICATE_FINE, -10, RECHECK_FINE,
		"fine from here: nothing like it is seen"},
	{"starttls-not-supported", NULL, SMTP_TLS_DONE, CERTIFICATE_FINE, 2,
		RECHECK_FINE, "fine from here: nothing like it is seen"},
	{"starttls-not-supported", NULL, SMTP_TLS_NO_STARTTLS, CERTIFICATE_FINE,
		2, RECHECK_STILL, "still so on 192.0.2.1"},
	{"validation-failure", NULL, SMTP_TLS_DONE, CERTIFICATE_NAME, -10,
		RECHECK_STILL, "still so on 192.0.2.1"},
	{"certificate-host-mismatch", NULL, SMTP_TLS_DONE, CERTIFICATE_NAME,
		-10, RECHECK_STILL,
		"still so on 192.0.2.1 (not_after 2027-02-08)"},
	{"certificate-expired", NULL, SMTP_TLS_UNREACHABLE, CERTIFICATE_FINE,
		-10, RECHECK_UNSEEN,
		"cannot be seen from here: no answer in time"},
	{"certificate-expired", "other.example.com", SMTP_TLS_DONE,
		CERTIFICATE_EXPIRED, -10, RECHECK_FINE,
		"fine from here: no longer an MX host"},
	{"sts-policy-fetch-error", NULL, SMTP_TLS_DONE, CERTIFICATE_FINE, -10,
		RECHECK_STILL,
		"still so: sts-policy-status at https://a.example/"},
	{"sts-webpki-invalid", NULL, SMTP_TLS_DONE, CERTIFICATE_FINE, -10,
		RECHECK_FINE, "fine from here: nothing like it is seen"},
};

static SmtpTlsResult *make_result(size_t i)
{
	SmtpTlsResult *result = g_new0(SmtpTlsResult, 1);

	result->stage = cases[i].stage;
	result->flags = cases[i].flags;
	if (result->stage == SMTP_TLS_UNREACHABLE)
		result->problem = g_strdup("no answer in time");
	if (result->stage != SMTP_TLS_DONE)
		return result;
	result->certificate = g_new0(Certificate, 1);
	result->certificate->names = g_new0(char *, 1);
	result->certificate->issuer = g_strdup("CN=Somebody");
	result->certificate->key_type = "RSA";
	result->certificate->not_before = LAST_DAY + cases[i].age * DAY;
	result->certificate->not_after =
		result->certificate->not_before + 90 * DAY;
	return result;
}

static DomainView *make_view(size_t i)
{
	DomainView *view = domain_view_new("example.com", LAST_DAY);
	MailExchanger *exchanger = mail_exchanger_new("mx.example.com");
	MailExchangerAddress *address = g_new0(MailExchangerAddress, 1);

	view->outcome = RESOLVER_FOUND;
	address->address = g_strdup("192.0.2.1");
	address->others = g_ptr_array_new();
	address->usual.result = make_result(i);
	g_ptr_array_add(exchanger->addresses, address);
	domain_view_add_mx(view, 10, exchanger);
	finding_add(view->findings, FINDING_STS_POLICY_STATUS,
		"https://a.example/", "x");
	return view;
}

static void test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(DomainView) view = make_view(i);
		g_autofree char *text = NULL;

		assert_int_equal(recheck_result(view, cases[i].result_type,
					 cases[i].host, LAST_DAY, &text),
			cases[i].recheck);
		assert_string_equal(text, cases[i].text);
	}
}

/* What is still so is also a finding of that type, and no other is. */
static void test_findings(void **state)
{
	static const JudgeOptions options;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *type = cases[i].result_type;
		bool still = cases[i].recheck == RECHECK_STILL;
		bool found = false;
		g_autoptr(DomainView) view = make_view(i);

		judge_mx(view, &options);
		for (guint j = 0; j < view->findings->len; j++) {
			const Finding *finding = view->findings->pdata[j];

			found |= recheck_is_about(type, finding->code);
		}
		if (g_strcmp0(cases[i].host, "other.example.com") != 0)
			assert_int_equal(found, still);
	}
}

static const struct {
	const char *lines[6];
	bool differs;
} policies[] = {
	{{"version: STSv1", "mode: testing", "mx: a.example", "mx: *.b.example",
		 "max_age: 86401", NULL},
		false},
	{{"mode: testing", "mx: *.B.example", "mx: A.example", "max_age: 86401",
		 NULL},
		false},
	{{"mode: enforce", "mx: a.example", "mx: *.b.example", "max_age: 86401",
		 NULL},
		true},
	{{"mode: testing", "mx: a.example", "max_age: 86401", NULL}, true},
	{{"mode: testing", "mx: a.example", "mx: *.b.example", "mx: c.example",
		 "max_age: 86401", NULL},
		true},
	{{"mode: testing", "mx: a.example", "mx: *.b.example", "max_age: 1",
		 NULL},
		true},
	{{NULL}, true},
};

static void test_policies(void **state)
{
	static const char published[] =
		"version: STSv1\nmode: testing\nmx: a.example\n"
		"mx: *.b.example\nmax_age: 86401\n";
	g_autoptr(DomainView) view = domain_view_new("example.com", LAST_DAY);

	(void)state;
	assert_true(recheck_policy_differs(view, policies[0].lines));
	view->has_policy = true;
	sts_policy_parse(published, strlen(published), &view->policy);
	for (size_t i = 0; i < G_N_ELEMENTS(policies); i++)
		assert_int_equal(
			recheck_policy_differs(view, policies[i].lines),
			policies[i].differs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
