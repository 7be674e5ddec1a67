/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

#include <string.h>

#include "parser/address.h"
#include "parser/quote.h"

enum {
	QUOTE_MAX = 200,
};

static char *quote(const char *text)
{
	return quote_text(text, strlen(text), QUOTE_MAX);
}

/* The record to publish; an address of ours where one is known. */
static void show_record(Finding *finding, const char *where, const char *domain,
	const JudgeOptions *options)
{
	const char *const *ours = options->our_addresses;
	const char *ours_first =
		ours != NULL && *ours != NULL && **ours != '@' ? *ours : NULL;
	g_autofree char *address =
		ours_first != NULL ? g_strdup(ours_first)
				   : g_strconcat("tls-reports@", domain, NULL);

	finding_add_line(finding, "%s. IN TXT \"v=TLSRPTv1; rua=mailto:%s\"",
		where, address);
}

static bool is_ours(const char *mailbox, const char *const *ours)
{
	for (; *ours != NULL; ours++) {
		if (g_ascii_strcasecmp(mailbox, *ours) == 0 ||
			(**ours == '@' && strrchr(mailbox, '@') != NULL &&
				g_ascii_strcasecmp(
					strrchr(mailbox, '@'), *ours) == 0))
			return true;
	}
	return false;
}

static bool has_scheme(const char *uri, const char *scheme)
{
	return g_ascii_strncasecmp(uri, scheme, strlen(scheme)) == 0;
}

static bool is_endpoint(const char *uri)
{
	ReportEndpoint *endpoint = report_endpoint_new(uri);
	bool good = endpoint != NULL;

	report_endpoint_free(endpoint);
	return good;
}

/* Of the URIs: how they begin, and whether any of them is ours. */
static void judge_uris(
	DomainView *view, const char *where, const JudgeOptions *options)
{
	const char *const *ours = options->our_addresses;
	bool known = ours != NULL && *ours != NULL;
	bool found = false;
	guint mailboxes = 0;

	for (char **uri = view->tlsrpt_fields.values; *uri != NULL; uri++) {
		g_autofree char *quoted = quote(*uri);

		if (has_scheme(*uri, "mailto:")) {
			g_autofree char *mailbox =
				report_mailbox_get_address(*uri);

			mailboxes++;
			found |= known && mailbox != NULL &&
				 is_ours(mailbox, ours);
		} else if (!is_endpoint(*uri)) {
			finding_add(view->findings, FINDING_TLSRPT_RUA_SCHEME,
				where, "rua names %s", quoted);
		}
	}
	if (known && !found && mailboxes > 0)
		finding_add(view->findings, FINDING_TLSRPT_RUA_NOT_OURS, where,
			"None of the addresses in rua is one of "
			"report_addresses");
	if (mailboxes > 0 &&
		has_scheme(view->tlsrpt_fields.values[0], "https:"))
		finding_add(view->findings, FINDING_TLSRPT_HTTPS_FIRST, where,
			"The first address in rua is https:");
	if (mailboxes == 0 && view->endpoints->len > 0)
		finding_add(view->findings, FINDING_TLSRPT_HTTPS_ONLY, where,
			"No address in rua is mailto:");
}

static void judge_endpoints(DomainView *view, const char *where)
{
	static const FindingCode codes[] = {
		[REPORT_ENDPOINT_UNREACHABLE] =
			FINDING_TLSRPT_HTTPS_UNREACHABLE,
		[REPORT_ENDPOINT_CERTIFICATE] =
			FINDING_TLSRPT_HTTPS_CERTIFICATE,
		[REPORT_ENDPOINT_STATUS] = FINDING_TLSRPT_HTTPS_STATUS,
	};

	for (guint i = 0; i < view->endpoints->len; i++) {
		const ReportEndpoint *endpoint = view->endpoints->pdata[i];
		g_autofree char *quoted = quote(endpoint->uri);

		if (endpoint->outcome > REPORT_ENDPOINT_READY)
			finding_add(view->findings, codes[endpoint->outcome],
				where, "%s: %s", quoted, endpoint->problem);
	}
}

static void judge_mailboxes(DomainView *view, const char *where)
{
	for (guint i = 0; i < view->mailboxes->len; i++) {
		const ReportMailbox *mailbox = view->mailboxes->pdata[i];
		g_autofree char *quoted = quote(mailbox->address);

		if (!mailbox->takes_mail)
			finding_add(view->findings,
				FINDING_TLSRPT_RUA_DOMAIN_WITHOUT_MX, where,
				"The domain of %s takes no mail", quoted);
		if (mailbox->requires_tls)
			finding_add(view->findings,
				FINDING_TLSRPT_RUA_REQUIRES_TLS, where,
				"The mail server of %s refuses mail without "
				"TLS (530)",
				quoted);
	}
}

static void judge_one_record(
	DomainView *view, const char *where, const JudgeOptions *options)
{
	const TxtRecordFields *fields = &view->tlsrpt_fields;
	g_autofree char *quoted = quote(view->tlsrpt.text);

	if (fields->problem != NULL)
		show_record(
			finding_add(view->findings, FINDING_TLSRPT_SYNTAX,
				where, "In %s: %s", quoted, fields->problem),
			where, view->domain, options);
	else if (*fields->values == NULL)
		show_record(finding_add(view->findings, FINDING_TLSRPT_NO_RUA,
				    where, "%s names no address", quoted),
			where, view->domain, options);
	if (*fields->values == NULL)
		return;
	judge_uris(view, where, options);
	judge_mailboxes(view, where);
	judge_endpoints(view, where);
}

void judge_tlsrpt(DomainView *view, const JudgeOptions *options)
{
	const TxtRecord *record = &view->tlsrpt;
	g_autofree char *where =
		txt_record_get_name(TXT_RECORD_TLSRPT, view->domain);
	g_autofree char *quoted =
		record->text != NULL ? quote(record->text) : NULL;

	if (!judge_answer(view, where, record->outcome, record->problem))
		return;
	if (record->matching > 1)
		finding_add(view->findings, FINDING_TLSRPT_SEVERAL, where,
			"There are %u records that begin with v=TLSRPTv1",
			record->matching);
	else if (record->matching == 1)
		judge_one_record(view, where, options);
	else if (record->near)
		show_record(finding_add(view->findings, FINDING_TLSRPT_SYNTAX,
				    where,
				    "%s does not begin with "
				    "\"v=TLSRPTv1;\"",
				    quoted),
			where, view->domain, options);
	else
		show_record(finding_add(view->findings, FINDING_TLSRPT_MISSING,
				    where, "There is no TLSRPT record"),
			where, view->domain, options);
}
