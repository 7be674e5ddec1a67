/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

#include <string.h>

#include "parser/quote.h"

enum {
	QUOTE_MAX = 300,
	DAY = 86400,
	QUARTERS = 4,
	DATE_SIZE = 32,
	NAMES_SHOWN = 5,
};

/* One certificate at one place, for one domain. `manner` says who is shown it,
 * with a comma before it; "" for everybody. */
typedef struct {
	DomainView *view;
	const JudgeOptions *options;
	const DomainViewMx *mx;
	const MailExchangerTry *try;
	const char *place;
	const char *manner;
} Subject;

static const char *const manners[] = {
	[SMTP_TLS_USUAL] = "",
	[SMTP_TLS_WITHOUT_NAME] = ", shown to senders that name no host (SNI)",
	[SMTP_TLS_ONLY_RSA] = ", shown to senders that only take RSA",
	[SMTP_TLS_ONLY_ECDSA] = ", shown to senders that only take ECDSA",
};

static const struct {
	SmtpTlsStage stage;
	FindingCode code;
	const char *text;
} failures[] = {
	{SMTP_TLS_UNREACHABLE, FINDING_MX_UNREACHABLE,
		"The server cannot be reached"},
	{SMTP_TLS_GREETING, FINDING_MX_GREETING,
		"The server does not greet with 220 and answer EHLO"},
	{SMTP_TLS_NO_STARTTLS, FINDING_MX_NO_STARTTLS,
		"The server does not take STARTTLS"},
	{SMTP_TLS_HANDSHAKE, FINDING_MX_HANDSHAKE, "The handshake fails"},
	{SMTP_TLS_AFTER_HANDSHAKE, FINDING_MX_HANDSHAKE,
		"The server does not go on after the handshake"},
};

/* The words of the server, on one line. */
static char *get_problem(const SmtpTlsResult *result)
{
	const char *text = result->problem != NULL ? result->problem : "";

	return g_utf8_make_valid(text, -1);
}

/* Senders that use DANE do not go on without encryption. */
static void judge_stage(const Subject *subject)
{
	const SmtpTlsResult *result = subject->try->result;
	g_autofree char *problem = get_problem(result);

	for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
		Finding *finding;

		if (failures[i].stage != result->stage)
			continue;
		finding = finding_add(subject->view->findings, failures[i].code,
			subject->place, "%s: %s", failures[i].text, problem);
		if (result->stage >= SMTP_TLS_NO_STARTTLS &&
			domain_view_has_dane(subject->view, subject->mx))
			finding->severity = FINDING_CRITICAL;
	}
	if (result->tls_version != NULL &&
		(strcmp(result->tls_version, "TLSv1") == 0 ||
			strcmp(result->tls_version, "TLSv1.1") == 0))
		finding_add(subject->view->findings, FINDING_MX_TLS_OLD,
			subject->place, "The server speaks %s at best",
			result->tls_version);
}

static char *write_date(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date != NULL ? g_date_time_format(date, "%Y-%m-%d %H:%M UTC")
			    : g_strdup("a time out of range");
}

static char *list_names(const Certificate *certificate)
{
	g_autoptr(GString) names = g_string_new(NULL);
	guint count = g_strv_length(certificate->names);

	for (guint i = 0; i < count && i < NAMES_SHOWN; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
			certificate->names[i]);
	if (count > NAMES_SHOWN)
		g_string_append_printf(
			names, " and %u more", count - NAMES_SHOWN);
	if (count == 0)
		return g_strdup("no name at all");
	return quote_text(names->str, names->len, QUOTE_MAX);
}

static void judge_dates(const Subject *subject, CertificateFlags flags)
{
	const Certificate *certificate = subject->try->result->certificate;
	g_autofree char *from = write_date(certificate->not_before);
	g_autofree char *until = write_date(certificate->not_after);
	bool own = certificate->not_after < subject->view->checked_at;

	if (flags & CERTIFICATE_EXPIRED)
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_EXPIRED, subject->place,
			own ? "The certificate%s expired on %s"
			    : "A certificate of the chain%s has expired, that "
			      "of the server is valid until %s",
			subject->manner, until);
	if (flags & CERTIFICATE_NOT_YET)
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_NOT_YET, subject->place,
			"The certificate%s is not valid before %s",
			subject->manner, from);
}

static void judge_trust(const Subject *subject, CertificateFlags flags)
{
	const SmtpTlsResult *result = subject->try->result;
	const Certificate *certificate = result->certificate;
	g_autofree char *names = list_names(certificate);
	g_autofree char *issuer = quote_text(
		certificate->issuer, strlen(certificate->issuer), QUOTE_MAX);

	if (flags & CERTIFICATE_NAME)
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_NAME, subject->place,
			"The certificate%s is for %s, not for %s",
			subject->manner, names, subject->mx->exchanger->host);
	if (flags & CERTIFICATE_NOT_TRUSTED)
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_NOT_TRUSTED, subject->place,
			"The certificate%s, issued by %s, is not trusted: %s",
			subject->manner, issuer,
			result->distrust != NULL ? result->distrust
						 : "unknown reason");
}

static void judge_soon(const Subject *subject)
{
	const Certificate *certificate = subject->try->result->certificate;
	int64_t left = certificate->not_after - subject->view->checked_at;
	int64_t life = certificate->not_after - certificate->not_before;
	int64_t wanted = subject->options->soon_days > 0
				 ? subject->options->soon_days * DAY
				 : life / QUARTERS;
	g_autofree char *until = write_date(certificate->not_after);

	if (left >= 0 && left < wanted)
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_SOON, subject->place,
			"The certificate%s, which is made for %" G_GINT64_FORMAT
			" days, is valid until %s",
			subject->manner, life / DAY, until);
}

static bool is_key_of(const char *const *names, const char *host)
{
	for (; *names != NULL; names++) {
		g_autofree char *name = g_ascii_strdown(*names, -1);

		if (sts_policy_pattern_covers(name, host))
			return true;
	}
	return false;
}

/* A file on disk that is for this host and newer than what it presents. */
static void judge_files(const Subject *subject)
{
	const Certificate *shown = subject->try->result->certificate;
	const GPtrArray *files = subject->options->files;

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const Certificate *file = files->pdata[i];
		g_autofree char *until = write_date(file->not_after);
		g_autofree char *old = write_date(shown->not_after);

		if (!is_key_of((const char *const *)file->names,
			    subject->mx->exchanger->host) ||
			strcmp(file->key_type, shown->key_type) != 0 ||
			file->not_before <= shown->not_before)
			continue;
		finding_add(subject->view->findings,
			FINDING_MX_CERTIFICATE_NOT_LOADED, subject->place,
			"The file on disk is valid until %s, the certificate "
			"that is presented until %s",
			until, old);
	}
}

/* With DANE of usage 3 nothing but the record counts, unless there is also a
 * policy for senders that do not use DANE; with usage 2 senders that use DANE
 * look at dates and names, too, whatever the mode of a policy. */
static void judge_certificate(const Subject *subject)
{
	const SmtpTlsResult *result = subject->try->result;
	bool dane = domain_view_has_dane(subject->view, subject->mx);
	bool policy =
		subject->view->has_policy || subject->view->sts.matching > 0;
	CertificateFlags flags =
		dane && !policy ? CERTIFICATE_FINE : result->flags;
	guint before = subject->view->findings->len;

	if (dane && result->dane == SMTP_TLS_DANE_MATCHED) {
		flags |= result->dane_flags;
		if (!policy)
			flags &= ~(CertificateFlags)CERTIFICATE_NOT_TRUSTED;
	}
	judge_dates(subject, flags);
	judge_trust(subject, flags);
	for (guint i = before; i < subject->view->findings->len; i++) {
		Finding *finding = subject->view->findings->pdata[i];

		if (dane && result->dane_flags != CERTIFICATE_FINE &&
			result->dane == SMTP_TLS_DANE_MATCHED)
			finding->severity = FINDING_CRITICAL;
	}
	if (flags == CERTIFICATE_FINE)
		judge_soon(subject);
}

static void judge_others(
	const Subject *usual, const MailExchangerAddress *address)
{
	for (guint i = 0; i < address->others->len; i++) {
		const MailExchangerTry *try = address->others->pdata[i];
		const Certificate *certificate = try->result->certificate;
		Subject subject = *usual;
		g_autofree char *names = list_names(certificate);

		subject.try = try;
		subject.manner = manners[try->result->manner];
		if (try->result->manner == SMTP_TLS_WITHOUT_NAME) {
			finding_add(usual->view->findings,
				FINDING_MX_CERTIFICATE_NEEDS_SNI, usual->place,
				"Without a name (SNI) the server presents "
				"another certificate, for %s",
				names);
			continue;
		}
		finding_add(usual->view->findings,
			FINDING_MX_CERTIFICATE_DIFFERS, usual->place,
			"Senders that only take %s are shown another "
			"certificate than others",
			certificate->key_type);
		judge_certificate(&subject);
	}
}

static void judge_address(DomainView *view, const JudgeOptions *options,
	const DomainViewMx *mx, const MailExchangerAddress *address)
{
	g_autofree char *place =
		mail_exchanger_get_place(mx->exchanger, address);
	const Subject subject = {view, options, mx, &address->usual, place, ""};

	if (address->usual.result == NULL)
		return;
	judge_stage(&subject);
	if (address->usual.result->certificate == NULL)
		return;
	judge_certificate(&subject);
	judge_files(&subject);
	judge_others(&subject, address);
}

/* Once for all addresses of the host. */
static void judge_addresses_differ(
	DomainView *view, const MailExchanger *exchanger)
{
	const MailExchangerAddress *first = NULL;

	for (guint i = 0; i < exchanger->addresses->len; i++) {
		const MailExchangerAddress *address =
			exchanger->addresses->pdata[i];
		const SmtpTlsResult *result = address->usual.result;

		if (result == NULL || result->certificate == NULL)
			continue;
		if (first != NULL &&
			strcmp(first->usual.result->certificate->sha256,
				result->certificate->sha256) != 0) {
			finding_add(view->findings,
				FINDING_MX_CERTIFICATE_DIFFERS, exchanger->host,
				"%s and %s present different certificates",
				first->address, address->address);
			return;
		}
		if (first == NULL)
			first = address;
	}
}

/* All that was tried is out of reach: then no mail arrives. */
static void raise_unreachable(DomainView *view)
{
	guint tried = 0;
	guint unreachable = 0;

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		for (guint j = 0; j < mx->exchanger->addresses->len; j++) {
			const MailExchangerAddress *address =
				mx->exchanger->addresses->pdata[j];
			const SmtpTlsResult *result = address->usual.result;

			tried += result != NULL &&
				 result->stage > SMTP_TLS_NO_ROUTE;
			unreachable += result != NULL &&
				       result->stage == SMTP_TLS_UNREACHABLE;
		}
	}
	for (guint i = 0; i < view->findings->len && tried == unreachable;
		i++) {
		Finding *finding = view->findings->pdata[i];

		if (finding->code == FINDING_MX_UNREACHABLE)
			finding->severity = FINDING_CRITICAL;
	}
}

void judge_mx(DomainView *view, const JudgeOptions *options)
{
	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];
		const GPtrArray *addresses = mx->exchanger->addresses;

		for (guint j = 0; j < addresses->len; j++)
			judge_address(view, options, mx, addresses->pdata[j]);
		judge_addresses_differ(view, mx->exchanger);
	}
	raise_unreachable(view);
}
