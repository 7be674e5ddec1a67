/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/mail-exchanger.h"

#include <string.h>

#include "probe/tlsa.h"
#include "probe/txt-record.h"

static void clear_try(MailExchangerTry *try)
{
	g_clear_pointer(&try->result, smtp_tls_result_free);
}

static void free_try(MailExchangerTry *try)
{
	clear_try(try);
	g_free(try);
}

static void free_address(MailExchangerAddress *address)
{
	g_free(address->address);
	clear_try(&address->usual);
	g_ptr_array_unref(address->others);
	g_free(address);
}

MailExchanger *mail_exchanger_new(const char *host)
{
	MailExchanger *exchanger = g_new0(MailExchanger, 1);

	g_atomic_ref_count_init(&exchanger->references);
	exchanger->host = g_strdup(host);
	host_address_init(&exchanger->found);
	exchanger->tlsa_outcome = RESOLVER_NO_DATA;
	exchanger->addresses =
		g_ptr_array_new_with_free_func((GDestroyNotify)free_address);
	exchanger->tlsas =
		g_ptr_array_new_with_free_func((GDestroyNotify)tlsa_free);
	return exchanger;
}

MailExchanger *mail_exchanger_ref(MailExchanger *exchanger)
{
	g_atomic_ref_count_inc(&exchanger->references);
	return exchanger;
}

void mail_exchanger_unref(MailExchanger *exchanger)
{
	if (exchanger == NULL ||
		!g_atomic_ref_count_dec(&exchanger->references))
		return;
	g_free(exchanger->host);
	host_address_clear(&exchanger->found);
	g_ptr_array_unref(exchanger->addresses);
	g_free(exchanger->tlsa_name);
	g_free(exchanger->tlsa_problem);
	g_ptr_array_unref(exchanger->tlsas);
	g_free(exchanger);
}

static void ask_addresses(MailExchanger *exchanger, Resolver *resolver,
	const SmtpTlsOptions *options, int64_t deadline)
{
	HostAddress *found = &exchanger->found;

	host_address_ask(found, resolver, exchanger->host, deadline);
	for (guint i = 0; i < found->list->len; i++) {
		MailExchangerAddress *address = g_new0(MailExchangerAddress, 1);

		address->address = g_strdup(found->list->pdata[i]);
		address->private =
			smtp_tls_is_out_of_reach(options, address->address);
		address->others = g_ptr_array_new_with_free_func(
			(GDestroyNotify)free_try);
		g_ptr_array_add(exchanger->addresses, address);
	}
}

/* False when there is nothing at that name, and another may be asked for. */
static bool ask_tlsa(MailExchanger *exchanger, Resolver *resolver,
	const char *host, int64_t deadline)
{
	g_autofree char *name = g_strconcat("_25._tcp.", host, NULL);
	g_autoptr(ResolverAnswer) answer =
		resolver_ask(resolver, name, DNS_RECORD_TLSA, deadline);

	g_free(exchanger->tlsa_name);
	g_free(exchanger->tlsa_problem);
	exchanger->tlsa_name = g_steal_pointer(&name);
	exchanger->tlsa_outcome = answer->outcome;
	exchanger->tlsa_problem = g_steal_pointer(&answer->problem);
	exchanger->tlsa_secure = answer->secure;
	for (guint i = 0; i < answer->records->len && i < TLSA_MAX; i++) {
		Tlsa *tlsa = tlsa_parse(answer->records->pdata[i]);

		if (tlsa != NULL)
			g_ptr_array_add(exchanger->tlsas, tlsa);
	}
	return answer->outcome != RESOLVER_NO_DATA &&
	       answer->outcome != RESOLVER_NO_NAME;
}

/* Those of the name that the host is an alias of go first (RFC 7672 section
 * 2.2.2). */
static void ask_tlsas(
	MailExchanger *exchanger, Resolver *resolver, int64_t deadline)
{
	if (exchanger->found.alias != NULL && exchanger->found.secure &&
		ask_tlsa(exchanger, resolver, exchanger->found.alias, deadline))
		return;
	ask_tlsa(exchanger, resolver, exchanger->host, deadline);
}

void mail_exchanger_look_up(MailExchanger *exchanger, Resolver *resolver,
	const SmtpTlsOptions *options, int64_t deadline)
{
	TxtRecord tlsrpt = {0};

	ask_addresses(exchanger, resolver, options, deadline);
	if (exchanger->addresses->len == 0)
		return;
	ask_tlsas(exchanger, resolver, deadline);
	if (exchanger->tlsas->len == 0)
		return;
	txt_record_ask(&tlsrpt, resolver, TXT_RECORD_TLSRPT, exchanger->host,
		deadline);
	exchanger->has_tlsrpt = tlsrpt.matching > 0;
	txt_record_clear(&tlsrpt);
}

bool mail_exchanger_has_dane(const MailExchanger *exchanger)
{
	if (!exchanger->found.secure || !exchanger->tlsa_secure)
		return false;
	for (guint i = 0; i < exchanger->tlsas->len; i++) {
		const Tlsa *tlsa = exchanger->tlsas->pdata[i];

		if (tlsa->unusable == NULL)
			return true;
	}
	return false;
}

char *mail_exchanger_get_place(
	const MailExchanger *exchanger, const MailExchangerAddress *address)
{
	return g_strdup_printf("%s [%s]", exchanger->host, address->address);
}

/* Compares the records one by one, and then lets go of the chain, which may be
 * large. */
static void match(MailExchangerTry *try, const GPtrArray *tlsas,
	const SmtpTlsOptions *options)
{
	g_autoptr(Certificate) whole = NULL;
	Certificate *certificate = try->result->certificate;

	if (certificate == NULL)
		return;
	whole = certificate_complete(certificate, options->store);
	for (guint i = 0; i < tlsas->len; i++) {
		const Tlsa *tlsa = tlsas->pdata[i];

		if (tlsa_is_of(tlsa, certificate))
			try->matches |= UINT64_C(1) << i;
		else if (tlsa->usage == TLSA_DANE_TA && tlsa_is_of(tlsa, whole))
			try->anchor_absent = true;
	}
	certificate_drop_chain(certificate);
}

static void try_in(const SmtpTlsTarget *target, const SmtpTlsOptions *options,
	SmtpTlsManner manner, MailExchangerTry *try)
{
	try->result = smtp_tls_try(options, target, manner);
	match(try, target->tlsas, options);
}

static bool is_another(const MailExchangerTry *a, const MailExchangerTry *b)
{
	const Certificate *one = a->result->certificate;
	const Certificate *other = b->result->certificate;

	return one != NULL && other != NULL &&
	       strcmp(one->sha256, other->sha256) != 0;
}

static void try_others(const SmtpTlsTarget *target,
	const SmtpTlsOptions *options, MailExchangerAddress *address)
{
	const char *type = address->usual.result->certificate->key_type;
	const SmtpTlsManner manners[] = {
		SMTP_TLS_WITHOUT_NAME,
		strcmp(type, "RSA") == 0 ? SMTP_TLS_ONLY_ECDSA
					 : SMTP_TLS_ONLY_RSA,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(manners); i++) {
		MailExchangerTry *try = g_new0(MailExchangerTry, 1);

		try_in(target, options, manners[i], try);
		if (is_another(try, &address->usual))
			g_ptr_array_add(address->others, try);
		else
			free_try(try);
	}
}

void mail_exchanger_try(MailExchanger *exchanger, guint index,
	const SmtpTlsOptions *options, bool thorough, int64_t now,
	int64_t deadline)
{
	MailExchangerAddress *address = exchanger->addresses->pdata[index];
	const SmtpTlsTarget target = {exchanger->host, address->address,
		exchanger->tlsas, now, deadline};

	if (address->private)
		return;
	try_in(&target, options, SMTP_TLS_USUAL, &address->usual);
	if (thorough && address->usual.result->certificate != NULL)
		try_others(&target, options, address);
}
