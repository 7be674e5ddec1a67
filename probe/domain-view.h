/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_DOMAIN_VIEW_H
#define PROBE_DOMAIN_VIEW_H

/* All that was seen of a domain at one time, and what there is to say of it. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/finding.h"
#include "probe/host-address.h"
#include "probe/mail-exchanger.h"
#include "probe/report-endpoint.h"
#include "probe/report-mailbox.h"
#include "probe/resolver.h"
#include "probe/sts-fetch.h"
#include "probe/sts-policy.h"
#include "probe/txt-record.h"

/* A host, and the preference of its MX record; where there is none, the domain
 * itself is the host. */
typedef struct {
	uint16_t preference;
	MailExchanger *exchanger;
} DomainViewMx;

/* `weakness` is why nothing could be validated, borrowed, or NULL. `outcome`,
 * `problem`, `secure` and `cut` are of the MX records. `mailboxes` are
 * ReportMailbox, `endpoints` ReportEndpoint, `fetches` StsFetch, one an address
 * of the policy host; `policy` is the first that was fetched, if `has_policy`.
 * `no_smtp`: mail servers were not tried. */
typedef struct {
	char *domain;
	int64_t checked_at;
	const char *weakness;
	bool no_smtp;
	ResolverOutcome outcome;
	char *problem;
	bool secure;
	bool cut;
	bool null_mx;
	GPtrArray *mx;
	TxtRecord tlsrpt;
	TxtRecordFields tlsrpt_fields;
	GPtrArray *mailboxes;
	GPtrArray *endpoints;
	TxtRecord sts;
	TxtRecordFields sts_fields;
	HostAddress policy_host;
	GPtrArray *fetches;
	bool has_policy;
	StsPolicy policy;
	GPtrArray *findings;
	FindingSeverity verdict;
} DomainView;

/* Nothing seen yet. The caller frees it. */
DomainView *domain_view_new(const char *domain, int64_t now);
void domain_view_free(DomainView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainView, domain_view_free)

/* Adds a host. Takes over a reference. */
void domain_view_add_mx(
	DomainView *view, uint16_t preference, MailExchanger *exchanger);

/* Adds the places to which reports go by HTTPS, at most eight, as the TLSRPT
 * record names them. */
void domain_view_add_endpoints(DomainView *view);

/* Takes the first policy that was fetched for that of the domain. */
void domain_view_choose_policy(DomainView *view);

/* The names of the hosts, in the order of the MX records. The caller frees
 * them. */
char **domain_view_list_hosts(const DomainView *view);

/* Whether there may be hosts that take mail: where the domain does not exist,
 * takes none, or its MX records cannot be had, nothing else is looked at. */
bool domain_view_has_hosts(const DomainView *view);

/* Whether senders use the TLSA records of a host for this domain. */
bool domain_view_has_dane(const DomainView *view, const DomainViewMx *mx);

/* RFC 8460's word for what a reporter would report of one try; NULL: nothing
 * is wrong, or it is not what reports are about. */
const char *domain_view_get_result_type(const DomainView *view,
	const DomainViewMx *mx, const MailExchangerTry *try);

/* Whether a reporter that uses DANE, or one that does not, would report this
 * type of one try. */
bool domain_view_shows(const DomainView *view, const DomainViewMx *mx,
	const MailExchangerTry *try, const char *result_type);

#endif
