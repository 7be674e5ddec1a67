/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/domain-view.h"

#include <string.h>

enum {
	ENDPOINTS_MAX = 8,
};

static void free_mx(DomainViewMx *mx)
{
	mail_exchanger_unref(mx->exchanger);
	g_free(mx);
}

DomainView *domain_view_new(const char *domain, int64_t now)
{
	DomainView *view = g_new0(DomainView, 1);

	view->domain = g_strdup(domain);
	view->checked_at = now;
	view->mx = g_ptr_array_new_with_free_func((GDestroyNotify)free_mx);
	view->mailboxes = g_ptr_array_new_with_free_func(
		(GDestroyNotify)report_mailbox_free);
	view->endpoints = g_ptr_array_new_with_free_func(
		(GDestroyNotify)report_endpoint_free);
	host_address_init(&view->policy_host);
	view->fetches =
		g_ptr_array_new_with_free_func((GDestroyNotify)sts_fetch_free);
	view->findings = finding_new_list();
	return view;
}

void domain_view_free(DomainView *view)
{
	if (view == NULL)
		return;
	g_free(view->domain);
	g_free(view->problem);
	g_ptr_array_unref(view->mx);
	txt_record_clear(&view->tlsrpt);
	txt_record_fields_clear(&view->tlsrpt_fields);
	g_ptr_array_unref(view->mailboxes);
	g_ptr_array_unref(view->endpoints);
	txt_record_clear(&view->sts);
	txt_record_fields_clear(&view->sts_fields);
	host_address_clear(&view->policy_host);
	g_ptr_array_unref(view->fetches);
	sts_policy_clear(&view->policy);
	g_ptr_array_unref(view->findings);
	g_free(view);
}

void domain_view_add_mx(
	DomainView *view, uint16_t preference, MailExchanger *exchanger)
{
	DomainViewMx *mx = g_new0(DomainViewMx, 1);

	mx->preference = preference;
	mx->exchanger = exchanger;
	g_ptr_array_add(view->mx, mx);
}

void domain_view_add_endpoints(DomainView *view)
{
	for (char **uri = view->tlsrpt_fields.values; *uri != NULL; uri++) {
		ReportEndpoint *endpoint = report_endpoint_new(*uri);

		if (endpoint != NULL && view->endpoints->len < ENDPOINTS_MAX)
			g_ptr_array_add(view->endpoints, endpoint);
		else
			report_endpoint_free(endpoint);
	}
}

void domain_view_choose_policy(DomainView *view)
{
	for (guint i = 0; i < view->fetches->len && !view->has_policy; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome != STS_FETCH_DONE)
			continue;
		view->has_policy = true;
		sts_policy_parse((const char *)fetch->body->data,
			fetch->body->len, &view->policy);
	}
}

char **domain_view_list_hosts(const DomainView *view)
{
	char **hosts = g_new0(char *, view->mx->len + 1);

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		hosts[i] = g_strdup(mx->exchanger->host);
	}
	return hosts;
}

bool domain_view_has_hosts(const DomainView *view)
{
	return !view->null_mx && (view->outcome == RESOLVER_FOUND ||
					 view->outcome == RESOLVER_NO_DATA);
}

bool domain_view_has_dane(const DomainView *view, const DomainViewMx *mx)
{
	return view->secure && mail_exchanger_has_dane(mx->exchanger);
}

static const char *get_certificate_type(CertificateFlags flags)
{
	if (flags & CERTIFICATE_EXPIRED)
		return "certificate-expired";
	if (flags & CERTIFICATE_NAME)
		return "certificate-host-mismatch";
	if (flags & CERTIFICATE_NOT_TRUSTED)
		return "certificate-not-trusted";
	return flags & CERTIFICATE_NOT_YET ? "validation-failure" : NULL;
}

static const char *get_type(const SmtpTlsResult *result, bool dane)
{
	if (result == NULL || result->stage <= SMTP_TLS_GREETING)
		return NULL;
	if (result->stage == SMTP_TLS_NO_STARTTLS)
		return "starttls-not-supported";
	if (result->stage == SMTP_TLS_HANDSHAKE || result->certificate == NULL)
		return "validation-failure";
	if (!dane)
		return get_certificate_type(result->flags);
	return result->dane == SMTP_TLS_DANE_MISMATCHED
		       ? "validation-failure"
		       : get_certificate_type(result->dane_flags);
}

/* DANE counts before MTA-STS (RFC 8461 section 2). */
const char *domain_view_get_result_type(const DomainView *view,
	const DomainViewMx *mx, const MailExchangerTry *try)
{
	return get_type(try->result, domain_view_has_dane(view, mx));
}

/* What fails in any way may be reported as validation-failure. */
bool domain_view_shows(const DomainView *view, const DomainViewMx *mx,
	const MailExchangerTry *try, const char *result_type)
{
	const char *types[] = {
		get_type(try->result, false),
		domain_view_has_dane(view, mx) ? get_type(try->result, true)
					       : NULL,
	};
	bool any = strcmp(result_type, "validation-failure") == 0;

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (types[i] != NULL &&
			(any || strcmp(types[i], result_type) == 0))
			return true;
	}
	return false;
}
