/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_MAIL_EXCHANGER_H
#define PROBE_MAIL_EXCHANGER_H

/* A host that takes mail: its addresses, its TLSA records, and what it presents
 * at each address. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/host-address.h"
#include "probe/resolver.h"
#include "probe/smtp-tls.h"

/* What one try showed, besides what SmtpTlsResult says: `matches` has bit N for
 * record N of the host; `anchor_absent` when a record is of an authority that
 * the server does not present. */
typedef struct {
	SmtpTlsResult *result;
	uint64_t matches;
	bool anchor_absent;
} MailExchangerTry;

/* `usual` has no result when nothing was tried: an address that no sender
 * reaches, or no time. `others` are MailExchangerTry in another manner that
 * showed another certificate. */
typedef struct {
	char *address;
	bool private;
	MailExchangerTry usual;
	GPtrArray *others;
} MailExchangerAddress;

/* `addresses` are MailExchangerAddress, one for each in `found`. The TLSA
 * records are those of `tlsa_name`. `has_tlsrpt`: there is a record at
 * _smtp._tls of this host. */
typedef struct {
	gatomicrefcount references;
	char *host;
	HostAddress found;
	GPtrArray *addresses;
	char *tlsa_name;
	ResolverOutcome tlsa_outcome;
	char *tlsa_problem;
	bool tlsa_secure;
	GPtrArray *tlsas;
	bool has_tlsrpt;
} MailExchanger;

/* Nothing looked up yet: RESOLVER_FAILED, "no answer in time". The caller owns
 * one reference. */
MailExchanger *mail_exchanger_new(const char *host);
MailExchanger *mail_exchanger_ref(MailExchanger *exchanger);
void mail_exchanger_unref(MailExchanger *exchanger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailExchanger, mail_exchanger_unref)

/* Asks for addresses, TLSA records and a TLSRPT record. */
void mail_exchanger_look_up(MailExchanger *exchanger, Resolver *resolver,
	const SmtpTlsOptions *options, int64_t deadline);

/* Tries address `index`. `thorough`: in all manners. May run for several
 * addresses at once. */
void mail_exchanger_try(MailExchanger *exchanger, guint index,
	const SmtpTlsOptions *options, bool thorough, int64_t now,
	int64_t deadline);

/* Whether senders use the TLSA records of this host: they and its addresses are
 * validated, and one can be used. The MX record has to be validated, too. */
bool mail_exchanger_has_dane(const MailExchanger *exchanger);

/* "host [address]"; the caller frees it. */
char *mail_exchanger_get_place(
	const MailExchanger *exchanger, const MailExchangerAddress *address);

#endif
