/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain-text.h"

#include <string.h>

#include "probe/domain-probe-write.h"
#include "probe/mx-record.h"

enum {
	INDENT = 4,
	LABEL_WIDTH = 14,
	DATA_SHOWN = 16,
};

/* Where it is written to. */
typedef struct {
	const DomainView *view;
	const TextStyle *style;
	GString *out;
} Writing;

static const struct {
	const char *word;
	const char *mark;
	const char *ascii;
	TextColour colour;
} severities[] = {
	[FINDING_OK] = {"OK", "\u2713", "ok", TEXT_GREEN},
	[FINDING_NOTICE] = {"NOTICE", "\u2713", "ok", TEXT_GREEN},
	[FINDING_UNKNOWN] = {"UNKNOWN", "?", "? ", TEXT_YELLOW},
	[FINDING_WARNING] = {"WARNING", "!", "! ", TEXT_YELLOW},
	[FINDING_CRITICAL] = {"CRITICAL", "\u2717", "XX", TEXT_RED},
};

static void append_escaped(
	const Writing *writing, size_t indent, const char *text)
{
	g_autofree char *escaped = text_escape(text, writing->style->utf8);

	text_append_wrapped(
		writing->out, escaped, indent, writing->style->width);
}

static void append_count(
	GString *out, const DomainView *view, FindingSeverity severity)
{
	guint count = 0;

	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		count += finding->severity == severity;
	}
	if (count > 0)
		g_string_append_printf(out, ", %u %s%s", count,
			finding_severity_name(severity),
			count > 1 && (severity == FINDING_NOTICE ||
					     severity == FINDING_WARNING)
				? "s"
				: "");
}

static void append_verdict(const Writing *writing)
{
	const DomainView *view = writing->view;
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(writing->out, "%s: ", view->domain);
	text_append_coloured(writing->out, writing->style,
		severities[view->verdict].colour,
		severities[view->verdict].word);
	append_count(line, view, FINDING_CRITICAL);
	append_count(line, view, FINDING_WARNING);
	append_count(line, view, FINDING_UNKNOWN);
	append_count(line, view, FINDING_NOTICE);
	g_string_append_printf(writing->out, "%s\n", line->str);
}

/* What is to be copied from it is never broken. */
static void append_remedy(const Writing *writing, const char *remedy)
{
	g_auto(GStrv) lines = g_strsplit(remedy, "\n", -1);

	g_string_append_printf(writing->out, "%*s-> ", INDENT - 3, "");
	append_escaped(writing, INDENT, lines[0]);
	for (size_t i = 1; lines[i] != NULL; i++) {
		g_autofree char *line =
			text_escape(lines[i], writing->style->utf8);

		g_string_append_printf(
			writing->out, "%*s%s\n", INDENT, "", line);
	}
}

static void append_finding(const Writing *writing, const Finding *finding)
{
	const FindingInfo *info = finding_get_info(finding->code);
	g_autofree char *where =
		text_escape(finding->where, writing->style->utf8);
	g_autofree char *text =
		*info->reference != '\0'
			? g_strdup_printf(
				  "%s (%s)", finding->text, info->reference)
			: g_strdup(finding->text);

	g_string_append_c(writing->out, '\n');
	text_append_coloured(writing->out, writing->style,
		severities[finding->severity].colour,
		severities[finding->severity].word);
	g_string_append_printf(writing->out, " %s: %s\n", info->code, where);
	g_string_append_printf(writing->out, "%*s", INDENT, "");
	append_escaped(writing, INDENT, text);
	append_remedy(writing, finding->remedy);
}

/* The worst finding about a place, or about what begins with it. */
static FindingSeverity get_worst(const DomainView *view, const char *place)
{
	FindingSeverity worst = FINDING_OK;

	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (strcmp(finding->where, place) == 0)
			worst = MAX(worst, finding->severity);
	}
	return worst;
}

/* A line of what was found: a mark, a label and a text. */
static void append_line(const Writing *writing, FindingSeverity severity,
	const char *label, const char *text)
{
	const TextStyle *style = writing->style;
	size_t indent = 2 + (style->utf8 ? 1 : 2) + 1;
	size_t width;

	g_string_append(writing->out, "  ");
	text_append_coloured(writing->out, style, severities[severity].colour,
		style->utf8 ? severities[severity].mark
			    : severities[severity].ascii);
	g_string_append_printf(writing->out, " %-*s ", LABEL_WIDTH, label);
	width = MAX(strlen(label), (size_t)LABEL_WIDTH);
	append_escaped(writing, indent + width + 1, text);
}

static void append_record(const Writing *writing, TxtRecordKind kind,
	const char *label, const TxtRecord *record)
{
	g_autofree char *where =
		txt_record_get_name(kind, writing->view->domain);

	append_line(writing, get_worst(writing->view, where), label,
		record->text != NULL ? record->text : "none");
}

static char *describe_policy(const DomainView *view)
{
	const PolicySts *values = &view->policy.values;
	const char *mode = policy_sts_mode_name(values->mode);
	g_autofree char *mx = NULL;

	if (!view->has_policy)
		return g_strdup("none");
	mx = g_strjoinv(", ", values->mx);
	return g_strdup_printf("%s, max_age %" G_GINT64_FORMAT ", mx %s",
		mode != NULL ? mode : "no mode", values->max_age, mx);
}

static void append_policy(const Writing *writing)
{
	g_autofree char *where = sts_fetch_get_url(writing->view->domain);
	g_autofree char *text = describe_policy(writing->view);

	append_line(
		writing, get_worst(writing->view, where), "STS policy", text);
}

static char *describe_try(const DomainView *view, const DomainViewMx *mx,
	const MailExchangerTry *try)
{
	const SmtpTlsResult *result = try->result;
	const char *word = domain_probe_write_result(view, mx, try);
	g_autoptr(GDateTime) until = NULL;
	g_autofree char *date = NULL;

	if (result != NULL && result->stage <= SMTP_TLS_NO_ROUTE)
		return g_strdup_printf("%s: %s", word, result->problem);
	if (result == NULL || result->certificate == NULL)
		return g_strdup(word);
	until = g_date_time_new_from_unix_utc(result->certificate->not_after);
	date = until != NULL ? g_date_time_format(until, "%Y-%m-%d")
			     : g_strdup("?");
	return g_strdup_printf("%s, %s, %s certificate until %s%s", word,
		result->tls_version, result->certificate->key_type, date,
		domain_view_has_dane(view, mx) &&
				result->dane == SMTP_TLS_DANE_MATCHED
			? ", TLSA matches"
			: "");
}

static void append_host(const Writing *writing, const DomainViewMx *mx)
{
	const DomainView *view = writing->view;
	const MailExchanger *exchanger = mx->exchanger;
	g_autofree char *title = g_strdup_printf("%s%s, preference %u",
		exchanger->host,
		view->secure && exchanger->found.secure ? ", signed" : "",
		mx->preference);

	append_line(writing, get_worst(view, exchanger->host), "MX", title);
	for (guint i = 0; i < exchanger->addresses->len; i++) {
		const MailExchangerAddress *address =
			exchanger->addresses->pdata[i];
		g_autofree char *place =
			mail_exchanger_get_place(exchanger, address);
		g_autofree char *text = describe_try(view, mx, &address->usual);

		append_line(writing, get_worst(view, place), address->address,
			text);
	}
	for (guint i = 0; i < exchanger->tlsas->len; i++) {
		const Tlsa *tlsa = exchanger->tlsas->pdata[i];
		g_autofree char *hex = tlsa_get_hex(tlsa);
		g_autofree char *text = g_strdup_printf("%u %u %u %.*s%s",
			tlsa->usage, tlsa->selector, tlsa->matching, DATA_SHOWN,
			hex, strlen(hex) > DATA_SHOWN ? "..." : "");

		append_line(writing, get_worst(view, exchanger->tlsa_name),
			"TLSA", text);
	}
}

/* For one that takes no mail, or does not exist, nothing else was looked at. */
static void append_found(const Writing *writing)
{
	const DomainView *view = writing->view;

	if (!domain_view_has_hosts(view))
		return;
	g_string_append(writing->out, "\nFound:\n");
	append_record(
		writing, TXT_RECORD_TLSRPT, "TLSRPT record", &view->tlsrpt);
	append_record(writing, TXT_RECORD_STS, "STS record", &view->sts);
	append_policy(writing);
	for (guint i = 0; i < view->mx->len; i++)
		append_host(writing, view->mx->pdata[i]);
	if (view->cut)
		g_string_append_printf(writing->out,
			"  There are more MX hosts than the %d looked at.\n",
			MX_RECORD_MAX);
}

char *domain_text_write(const DomainView *view, const TextStyle *style)
{
	GString *out = g_string_new(NULL);
	const Writing writing = {view, style, out};

	append_verdict(&writing);
	for (guint i = 0; i < view->findings->len; i++)
		append_finding(&writing, view->findings->pdata[i]);
	append_found(&writing);
	return g_string_free(out, FALSE);
}
