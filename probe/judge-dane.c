/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

#include <string.h>

enum {
	DATA_SHOWN = 16,
};

static char *describe(const Tlsa *tlsa)
{
	g_autofree char *hex = tlsa_get_hex(tlsa);

	return g_strdup_printf("%u %u %u %.*s%s", tlsa->usage, tlsa->selector,
		tlsa->matching, DATA_SHOWN, hex,
		strlen(hex) > DATA_SHOWN ? "..." : "");
}

static guint count_usable(const MailExchanger *exchanger)
{
	guint usable = 0;

	for (guint i = 0; i < exchanger->tlsas->len; i++) {
		const Tlsa *tlsa = exchanger->tlsas->pdata[i];

		usable += tlsa->unusable == NULL;
	}
	return usable;
}

static void show_record(Finding *finding, const MailExchanger *exchanger,
	const Certificate *certificate)
{
	finding_add_line(finding, "%s. IN TLSA 3 1 1 %s", exchanger->tlsa_name,
		certificate->key_sha256);
}

/* All records that cannot be used, at once: the first stands for them. */
static void judge_unusable(DomainView *view, const MailExchanger *exchanger)
{
	guint usable = count_usable(exchanger);
	guint unusable = exchanger->tlsas->len - usable;
	const Tlsa *first = NULL;
	g_autofree char *text = NULL;
	g_autofree char *more = NULL;
	Finding *finding;

	for (guint i = 0; i < exchanger->tlsas->len && first == NULL; i++) {
		const Tlsa *tlsa = exchanger->tlsas->pdata[i];

		if (tlsa->unusable != NULL)
			first = tlsa;
	}
	if (first == NULL)
		return;
	text = describe(first);
	more = unusable > 1 ? g_strdup_printf(
				      "; nor can %u more be used", unusable - 1)
			    : g_strdup("");
	finding = finding_add(view->findings, FINDING_TLSA_UNUSABLE,
		exchanger->tlsa_name, "The record %s cannot be used: %s%s",
		text, first->unusable, more);
	if (usable == 0)
		finding->severity = FINDING_CRITICAL;
}

/* The certificate of a try, and whether it fits the records. */
static void judge_try(DomainView *view, const MailExchanger *exchanger,
	const MailExchangerTry *try, const char *place)
{
	const SmtpTlsResult *result = try->result;
	Finding *finding;

	if (result == NULL || result->certificate == NULL ||
		result->dane != SMTP_TLS_DANE_MISMATCHED)
		return;
	if (try->anchor_absent)
		finding = finding_add(view->findings,
			FINDING_TLSA_CA_NOT_IN_CHAIN, place,
			"A TLSA record is of the authority, whose certificate "
			"the server does not present");
	else
		finding = finding_add(view->findings, FINDING_TLSA_MISMATCH,
			place, "No TLSA record at %s fits the %s certificate",
			exchanger->tlsa_name, result->certificate->key_type);
	show_record(finding, exchanger, result->certificate);
}

/* The bits of the records that fit anything that the host presents; false when
 * nothing was seen. */
static bool collect_matches(const MailExchanger *exchanger, uint64_t *matches)
{
	bool seen = false;

	*matches = 0;
	for (guint i = 0; i < exchanger->addresses->len; i++) {
		const MailExchangerAddress *address =
			exchanger->addresses->pdata[i];
		const SmtpTlsResult *result = address->usual.result;

		seen |= result != NULL && result->certificate != NULL;
		*matches |= address->usual.matches;
		for (guint j = 0; j < address->others->len; j++) {
			const MailExchangerTry *try = address->others->pdata[j];

			*matches |= try->matches;
		}
	}
	return seen;
}

static void judge_spare(DomainView *view, const MailExchanger *exchanger)
{
	uint64_t matches;

	if (!collect_matches(exchanger, &matches) || matches == 0)
		return;
	for (guint i = 0; i < exchanger->tlsas->len; i++) {
		const Tlsa *tlsa = exchanger->tlsas->pdata[i];
		g_autofree char *text = describe(tlsa);

		if (tlsa->unusable == NULL && !(matches >> i & 1))
			finding_add(view->findings, FINDING_TLSA_LEFTOVER,
				exchanger->tlsa_name,
				"The record %s fits nothing that %s presents",
				text, exchanger->host);
	}
	if (count_usable(exchanger) == 1)
		finding_add(view->findings, FINDING_TLSA_ONE_ONLY,
			exchanger->tlsa_name, "There is one usable record");
}

/* Of the files on disk, those for this host have to fit a record, too. */
static void judge_files(DomainView *view, const MailExchanger *exchanger,
	const JudgeOptions *options)
{
	for (guint i = 0; options->files != NULL && i < options->files->len;
		i++) {
		const Certificate *file = options->files->pdata[i];
		uint64_t now;
		bool ours = false;
		bool fits = false;

		for (char **name = file->names; *name != NULL; name++)
			ours |= sts_policy_pattern_covers(
				*name, exchanger->host);
		for (guint j = 0; j < exchanger->tlsas->len; j++)
			fits |= tlsa_is_of(exchanger->tlsas->pdata[j], file);
		if (!ours || fits || !collect_matches(exchanger, &now) ||
			now == 0)
			continue;
		show_record(
			finding_add(view->findings, FINDING_TLSA_MISMATCH_SOON,
				exchanger->tlsa_name,
				"No TLSA record fits the certificate on "
				"disk"),
			exchanger, file);
	}
}

static void judge_records(DomainView *view, const MailExchanger *exchanger,
	const JudgeOptions *options)
{
	for (guint i = 0; i < exchanger->addresses->len; i++) {
		const MailExchangerAddress *address =
			exchanger->addresses->pdata[i];
		g_autofree char *place =
			mail_exchanger_get_place(exchanger, address);

		judge_try(view, exchanger, &address->usual, place);
		for (guint j = 0; j < address->others->len; j++)
			judge_try(view, exchanger, address->others->pdata[j],
				place);
	}
	judge_spare(view, exchanger);
	judge_files(view, exchanger, options);
}

static void judge_tlsrpt_record(
	DomainView *view, const MailExchanger *exchanger)
{
	g_autofree char *where =
		txt_record_get_name(TXT_RECORD_TLSRPT, exchanger->host);

	if (exchanger->has_tlsrpt || strcmp(exchanger->host, view->domain) == 0)
		return;
	finding_add_line(
		finding_add(view->findings, FINDING_TLSRPT_MISSING_AT_MX, where,
			"There is no TLSRPT record for the host, which has "
			"TLSA records"),
		"%s. IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@%s\"", where,
		view->domain);
}

static void judge_insecure(DomainView *view, const MailExchanger *exchanger)
{
	const char *what = !view->secure ? "the MX record"
			   : !exchanger->found.secure
				   ? "the address of the host"
				   : "the TLSA record itself";

	finding_add(view->findings, FINDING_TLSA_INSECURE, exchanger->tlsa_name,
		"There are TLSA records, but %s is not signed", what);
}

static void judge_host(
	DomainView *view, const DomainViewMx *mx, const JudgeOptions *options)
{
	const MailExchanger *exchanger = mx->exchanger;

	if (exchanger->tlsa_outcome == RESOLVER_BOGUS) {
		finding_add(view->findings, FINDING_TLSA_BOGUS,
			exchanger->tlsa_name,
			"The TLSA records do not pass DNSSEC validation");
		return;
	}
	if (exchanger->tlsa_outcome == RESOLVER_FAILED &&
		exchanger->tlsa_name != NULL)
		judge_answer(view, exchanger->tlsa_name,
			exchanger->tlsa_outcome, exchanger->tlsa_problem);
	if (exchanger->tlsas->len == 0 || view->weakness != NULL)
		return;
	if (!view->secure || !exchanger->found.secure ||
		!exchanger->tlsa_secure) {
		judge_insecure(view, exchanger);
		return;
	}
	judge_unusable(view, exchanger);
	if (count_usable(exchanger) > 0)
		judge_records(view, exchanger, options);
	judge_tlsrpt_record(view, exchanger);
}

/* Some hosts with DANE, others without. */
static void judge_mixture(DomainView *view)
{
	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *with = view->mx->pdata[i];

		if (!domain_view_has_dane(view, with))
			continue;
		for (guint j = 0; j < view->mx->len; j++) {
			const DomainViewMx *without = view->mx->pdata[j];

			if (without->exchanger->tlsas->len == 0 &&
				without->exchanger->addresses->len > 0)
				finding_add(view->findings,
					FINDING_TLSA_SOME_MX_ONLY,
					without->exchanger->host,
					"%s has TLSA records, this host has "
					"none",
					with->exchanger->host);
		}
		return;
	}
}

void judge_dane(DomainView *view, const JudgeOptions *options)
{
	for (guint i = 0; i < view->mx->len; i++)
		judge_host(view, view->mx->pdata[i], options);
	judge_mixture(view);
}
