/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/domain-probe-write.h"

static json_t *write_text(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

static json_t *write_time(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
	g_autofree char *text =
		date != NULL ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ")
			     : NULL;

	return write_text(text);
}

static json_t *write_list(char *const *texts)
{
	json_t *list = json_array();

	for (; texts != NULL && *texts != NULL; texts++)
		json_array_append_new(list, json_string(*texts));
	return list;
}

static const char *const stage_words[] = {
	[SMTP_TLS_NOT_TRIED] = "not-tried",
	[SMTP_TLS_NO_ROUTE] = "not-tried",
	[SMTP_TLS_UNREACHABLE] = "unreachable",
	[SMTP_TLS_GREETING] = "greeting",
	[SMTP_TLS_NO_STARTTLS] = "no-starttls",
	[SMTP_TLS_HANDSHAKE] = "handshake",
	[SMTP_TLS_AFTER_HANDSHAKE] = "handshake",
};

static const struct {
	CertificateFlags flag;
	const char *word;
} flag_words[] = {
	{CERTIFICATE_EXPIRED, "certificate-expired"},
	{CERTIFICATE_NOT_YET, "certificate-not-yet"},
	{CERTIFICATE_NAME, "certificate-name"},
	{CERTIFICATE_NOT_TRUSTED, "certificate-not-trusted"},
};

const char *domain_probe_write_result(const DomainView *view,
	const DomainViewMx *mx, const MailExchangerTry *try)
{
	const SmtpTlsResult *result = try->result;
	CertificateFlags flags;

	if (result == NULL)
		return "not-tried";
	if (result->stage != SMTP_TLS_DONE)
		return stage_words[result->stage];
	flags = result->flags;
	if (domain_view_has_dane(view, mx)) {
		if (result->dane == SMTP_TLS_DANE_MISMATCHED)
			return "tlsa-mismatch";
		flags = result->dane_flags;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(flag_words); i++) {
		if (flags & flag_words[i].flag)
			return flag_words[i].word;
	}
	return "ok";
}

static json_t *write_certificate(const Certificate *certificate)
{
	json_t *object;

	if (certificate == NULL)
		return json_null();
	object = json_object();
	json_object_set_new(object, "names", write_list(certificate->names));
	json_object_set_new(object, "issuer", json_string(certificate->issuer));
	json_object_set_new(
		object, "not_before", write_time(certificate->not_before));
	json_object_set_new(
		object, "not_after", write_time(certificate->not_after));
	json_object_set_new(object, "sha256", json_string(certificate->sha256));
	return object;
}

static json_t *write_matched(const DomainView *view, const DomainViewMx *mx,
	const SmtpTlsResult *result)
{
	if (result == NULL || result->certificate == NULL ||
		!domain_view_has_dane(view, mx))
		return json_null();
	return json_boolean(result->dane == SMTP_TLS_DANE_MATCHED);
}

static json_t *write_starttls(const SmtpTlsResult *result)
{
	if (result == NULL || result->stage <= SMTP_TLS_GREETING)
		return json_null();
	return json_boolean(result->stage > SMTP_TLS_NO_STARTTLS);
}

static json_t *write_address(const DomainView *view, const DomainViewMx *mx,
	const MailExchangerAddress *address)
{
	const SmtpTlsResult *result = address->usual.result;
	json_t *object = json_object();

	json_object_set_new(object, "address", json_string(address->address));
	json_object_set_new(object, "starttls", write_starttls(result));
	json_object_set_new(object, "tls_version",
		write_text(result != NULL ? result->tls_version : NULL));
	json_object_set_new(object, "result",
		json_string(
			domain_probe_write_result(view, mx, &address->usual)));
	json_object_set_new(object, "result_type",
		write_text(domain_view_get_result_type(
			view, mx, &address->usual)));
	json_object_set_new(object, "certificate",
		write_certificate(result != NULL ? result->certificate : NULL));
	json_object_set_new(
		object, "tlsa_matched", write_matched(view, mx, result));
	return object;
}

static json_t *write_tlsa(const Tlsa *tlsa)
{
	g_autofree char *hex = tlsa_get_hex(tlsa);
	json_t *object = json_object();

	json_object_set_new(object, "usage", json_integer(tlsa->usage));
	json_object_set_new(object, "selector", json_integer(tlsa->selector));
	json_object_set_new(object, "matching", json_integer(tlsa->matching));
	json_object_set_new(object, "data", json_string(hex));
	json_object_set_new(
		object, "usable", json_boolean(tlsa->unusable == NULL));
	return object;
}

static json_t *write_mx(const DomainView *view, const DomainViewMx *mx)
{
	const MailExchanger *exchanger = mx->exchanger;
	json_t *object = json_object();
	json_t *addresses = json_array();
	json_t *tlsas = json_array();

	for (guint i = 0; i < exchanger->addresses->len; i++)
		json_array_append_new(
			addresses, write_address(view, mx,
					   exchanger->addresses->pdata[i]));
	for (guint i = 0; i < exchanger->tlsas->len; i++)
		json_array_append_new(
			tlsas, write_tlsa(exchanger->tlsas->pdata[i]));
	json_object_set_new(object, "host", json_string(exchanger->host));
	json_object_set_new(object, "preference", json_integer(mx->preference));
	json_object_set_new(object, "secure",
		json_boolean(view->secure && exchanger->found.secure));
	json_object_set_new(object, "covered",
		view->has_policy ? json_boolean(sts_policy_covers(
					   &view->policy, exchanger->host))
				 : json_null());
	json_object_set_new(object, "addresses", addresses);
	json_object_set_new(object, "tlsa", tlsas);
	return object;
}

static json_t *write_tlsrpt(const DomainView *view)
{
	json_t *object = json_object();

	json_object_set_new(object, "record", write_text(view->tlsrpt.text));
	json_object_set_new(
		object, "rua", write_list(view->tlsrpt_fields.values));
	return object;
}

static json_t *write_policy(const DomainView *view)
{
	const PolicySts *values = &view->policy.values;
	json_t *object;

	if (!view->has_policy)
		return json_null();
	object = json_object();
	json_object_set_new(
		object, "mode", write_text(policy_sts_mode_name(values->mode)));
	json_object_set_new(object, "max_age",
		values->max_age >= 0 ? json_integer(values->max_age)
				     : json_null());
	json_object_set_new(object, "mx", write_list(values->mx));
	return object;
}

static json_t *write_sts(const DomainView *view)
{
	char *const *values = view->sts_fields.values;
	json_t *object = json_object();

	json_object_set_new(object, "record", write_text(view->sts.text));
	json_object_set_new(
		object, "id", write_text(values != NULL ? *values : NULL));
	json_object_set_new(object, "policy", write_policy(view));
	return object;
}

static json_t *write_finding(const Finding *finding)
{
	const FindingInfo *info = finding_get_info(finding->code);
	json_t *object = json_object();

	json_object_set_new(object, "code", json_string(info->code));
	json_object_set_new(object, "severity",
		json_string(finding_severity_name(finding->severity)));
	json_object_set_new(object, "where", json_string(finding->where));
	json_object_set_new(object, "text", json_string(finding->text));
	json_object_set_new(object, "remedy", json_string(finding->remedy));
	json_object_set_new(object, "reference", json_string(info->reference));
	return object;
}

json_t *domain_probe_write_findings(const DomainView *view)
{
	json_t *findings = json_array();

	for (guint i = 0; i < view->findings->len; i++)
		json_array_append_new(
			findings, write_finding(view->findings->pdata[i]));
	return findings;
}

json_t *domain_probe_write(const DomainView *view)
{
	json_t *object = json_object();
	json_t *hosts = json_array();

	for (guint i = 0; i < view->mx->len; i++)
		json_array_append_new(
			hosts, write_mx(view, view->mx->pdata[i]));
	json_object_set_new(object, "domain", json_string(view->domain));
	json_object_set_new(object, "checked_at", write_time(view->checked_at));
	json_object_set_new(object, "verdict",
		json_string(finding_severity_name(view->verdict)));
	json_object_set_new(object, "tlsrpt", write_tlsrpt(view));
	json_object_set_new(object, "mta_sts", write_sts(view));
	json_object_set_new(object, "mx", hosts);
	json_object_set_new(
		object, "findings", domain_probe_write_findings(view));
	return object;
}
