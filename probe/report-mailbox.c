/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/report-mailbox.h"

#include <string.h>

#include "parser/address.h"
#include "probe/host-address.h"

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

/* The host with the lowest preference; the domain itself without MX records;
 * NULL where no mail is taken. */
static char *find_host(const ResolverAnswer *answer, const char *domain)
{
	g_autofree char *best = NULL;
	uint16_t lowest = 0;

	if (answer->outcome == RESOLVER_NO_DATA)
		return g_strdup(domain);
	for (guint i = 0; i < answer->records->len; i++) {
		g_autofree char *host = NULL;
		uint16_t preference;

		if (!dns_record_read_mx(
			    answer->records->pdata[i], &preference, &host))
			continue;
		if (best == NULL || preference < lowest) {
			lowest = preference;
			g_free(best);
			best = g_steal_pointer(&host);
		}
	}
	return best != NULL && *best != '\0' ? g_steal_pointer(&best) : NULL;
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
	if (!smtp_tls_is_private_address(first))
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
	g_autofree char *host = NULL;

	mailbox->address = address;
	if (domain == NULL)
		return mailbox;
	answer = resolver_ask(resolver, domain, DNS_RECORD_MX, deadline);
	mailbox->takes_mail = !is_known(answer);
	host = find_host(answer, domain);
	if (host != NULL)
		look_at_host(mailbox, host, resolver, options, deadline);
	return mailbox;
}

void report_mailbox_free(ReportMailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	g_free(mailbox->address);
	g_free(mailbox);
}
