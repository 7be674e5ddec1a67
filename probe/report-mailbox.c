/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/report-mailbox.h"

#include <string.h>

#include "parser/address.h"
#include "probe/host-address.h"
#include "probe/mx-record.h"

static const char scheme[] = "mailto:";

char *report_mailbox_get_address(const char *uri)
{
	const char *text = uri + strlen(scheme);
	g_autofree char *escaped = NULL;
	g_autofree char *address = NULL;

	if (g_ascii_strncasecmp(uri, scheme, strlen(scheme)) != 0)
		return NULL;
	escaped = g_strndup(text, strcspn(text, "?"));
	address = g_uri_unescape_string(escaped, NULL);
	if (address == NULL || strchr(address, '@') == NULL ||
		!g_utf8_validate(address, -1, NULL))
		return NULL;
	return g_steal_pointer(&address);
}

static void look_at_host(ReportMailbox *mailbox, const char *host,
	Resolver *resolver, const SmtpTlsOptions *options, int64_t deadline)
{
	g_auto(HostAddress) addresses = {0};
	const char *first;

	host_address_init(&addresses);
	host_address_ask(&addresses, resolver, host, deadline);
	mailbox->takes_mail = addresses.list->len > 0 ||
			      addresses.outcome == RESOLVER_FAILED ||
			      addresses.outcome == RESOLVER_BOGUS;
	if (options == NULL || addresses.list->len == 0)
		return;
	first = addresses.list->pdata[0];
	if (!smtp_tls_is_out_of_reach(options, first))
		mailbox->requires_tls =
			smtp_tls_is_required(options, first, deadline);
}

static bool is_known(const ResolverAnswer *answer)
{
	return answer->outcome != RESOLVER_FAILED &&
	       answer->outcome != RESOLVER_BOGUS;
}

ReportMailbox *report_mailbox_new(char *address, Resolver *resolver,
	const SmtpTlsOptions *options, int64_t deadline)
{
	ReportMailbox *mailbox = g_new0(ReportMailbox, 1);
	g_autofree char *domain = address_get_domain(address);
	g_autoptr(ResolverAnswer) answer = NULL;
	g_autoptr(GArray) records = NULL;
	bool cut;

	mailbox->address = address;
	if (domain == NULL)
		return mailbox;
	answer = resolver_ask(resolver, domain, DNS_RECORD_MX, deadline);
	mailbox->takes_mail = !is_known(answer);
	records = mx_record_read(answer, domain, &cut);
	if (records->len > 0 && !mx_record_is_null(records))
		look_at_host(mailbox, g_array_index(records, MxRecord, 0).host,
			resolver, options, deadline);
	return mailbox;
}

void report_mailbox_free(ReportMailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	g_free(mailbox->address);
	g_free(mailbox);
}
