/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/paragraph.h"

#include "cli/alert/text.h"
#include "cli/policy-kind.h"

enum {
	LABEL_WIDTH = 12,
	INDENT = 2,
};

static const char mail_withheld[] =
	"withheld in %s: the policy is enforced, so senders try other MX "
	"hosts, retry for some days, and then return the mail";

static const char mail_passed[] =
	"delivered all the same, without TLS or to a host that was not "
	"verified";

static const char mail_unprotected[] =
	"delivered under the policy that the sender had fetched earlier, or "
	"as if there were no policy";

static const struct {
	const char *what;
	const char *words;
} becoming[] = {
	{"opened", "new"},
	{"reopened", "back after it was over"},
	{"escalated", "worse than before"},
	{"resolved", "resolved: its reporters have seen that it works"},
	{"expired", "no longer reported, neither as broken nor as working"},
	{"test", "a test; nothing is wrong"},
};

static bool is(const char *text, const char *other)
{
	return g_strcmp0(text, other) == 0;
}

static bool is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

static char *write_domain_names(const StoreIncident *incident)
{
	g_autofree char *names = alert_text_write_names(
		incident->sample_domains, incident->policy_domains, true);

	if (is(incident->policy_domains, "1"))
		return g_steal_pointer(&names);
	return g_strdup_printf("%s: %s", incident->policy_domains, names);
}

static char *write_host(const StoreIncident *incident)
{
	return is_empty(incident->receiving_mx_hostname)
		       ? NULL
		       : alert_text_clean(
				 incident->receiving_mx_hostname, true);
}

/* Who is silent, with who has signed for it. */
static char *write_reporter(const StoreIncident *incident)
{
	if (!alert_text_is_silence(incident) || is_empty(incident->reporters))
		return NULL;
	return alert_text_write_names(
		incident->reporters, incident->reporter_count, true);
}

/* Found by looking at the domain: nobody has reported it. */
static bool is_seen_only(const StoreIncident *incident)
{
	return is_empty(incident->reporters) &&
	       is(incident->failed_sessions, "0") &&
	       is(incident->all_sessions, "0");
}

static char *write_since(const StoreIncident *incident)
{
	if (incident->first_day == NULL || alert_text_is_over(incident))
		return NULL;
	if (alert_text_is_silence(incident))
		return g_strdup_printf("%s, the first day without a report",
			incident->first_day);
	if (is_seen_only(incident))
		return g_strdup_printf("%s, seen from here, not reported yet",
			incident->first_day);
	if (is(incident->first_day, incident->last_day))
		return g_strdup_printf("%s; no later day is reported yet",
			incident->first_day);
	return g_strdup_printf("%s, last reported for %s", incident->first_day,
		incident->last_day);
}

/* Rules about all failures do not know. */
static char *write_mail(const StoreIncident *incident)
{
	g_autofree char *part = NULL;

	if (incident->failed_sessions == NULL ||
		alert_text_is_silence(incident) || is_seen_only(incident) ||
		is(incident->result_type, "failure-share"))
		return NULL;
	if (policy_kind_is_fetch(incident->result_type))
		return g_strdup(mail_unprotected);
	if (!alert_text_withholds_mail(incident))
		return g_strdup(mail_passed);
	if (is(incident->withheld_sessions, incident->failed_sessions))
		part = g_strdup("all of these sessions");
	else
		part = g_strdup_printf(
			"%s of these sessions", incident->withheld_sessions);
	return g_strdup_printf(mail_withheld, part);
}

/* With those that only unauthenticated reporters count. */
static char *write_failed(const StoreIncident *incident)
{
	const char *doubted = incident->unauthenticated_sessions;
	g_autofree char *sessions = alert_text_write_sessions(incident);

	if (sessions == NULL || is_empty(doubted) || is(doubted, "0"))
		return g_steal_pointer(&sessions);
	return g_strdup_printf("%s; of these, %s sessions by unauthenticated "
			       "reporters",
		sessions, doubted);
}

static char *write_reporters(const StoreIncident *incident)
{
	if (alert_text_is_silence(incident) || is_empty(incident->reporters))
		return NULL;
	return alert_text_write_names(
		incident->reporters, incident->reporter_count, true);
}

static char *write_reasons(const StoreIncident *incident)
{
	return is_empty(incident->reason_codes)
		       ? NULL
		       : alert_text_write_names(
				 incident->reason_codes, NULL, true);
}

static char *write_addresses(const StoreIncident *incident)
{
	return is_empty(incident->receiving_ips)
		       ? NULL
		       : alert_text_write_names(
				 incident->receiving_ips, NULL, true);
}

static char *write_now(const StoreIncident *incident)
{
	if (is_empty(incident->now) || alert_text_is_over(incident))
		return NULL;
	return text_escape(incident->now, true);
}

static char *write_becoming(const StoreIncident *incident)
{
	for (size_t i = 0; i < G_N_ELEMENTS(becoming); i++) {
		if (is(becoming[i].what, incident->what))
			return g_strdup(becoming[i].words);
	}
	return NULL;
}

static char *write_state(const StoreIncident *incident)
{
	g_autofree char *who = NULL;

	if (incident->resolved_at != NULL)
		return g_strdup_printf(
			"%s, at %s", incident->state, incident->resolved_at);
	if (incident->acknowledged_at == NULL)
		return g_strdup_printf(
			"%s, since %s", incident->state, incident->opened_at);
	who = alert_text_clean(incident->acknowledged_by, true);
	return g_strdup_printf(
		"acknowledged by %s at %s", who, incident->acknowledged_at);
}

static char *write_explanation(const StoreIncident *incident)
{
	return g_strdup(incident->explanation);
}

static char *write_remedy(const StoreIncident *incident)
{
	return alert_text_is_over(incident) ? NULL : g_strdup(incident->remedy);
}

static char *write_acknowledge(const StoreIncident *incident)
{
	if (is(incident->what, "test") || is(incident->state, "acknowledged") ||
		alert_text_is_over(incident))
		return NULL;
	return g_strdup_printf("tlsreport alert ack %s", incident->incident_id);
}

#define EVERYWHERE (ALERT_PARAGRAPH_NEWS | ALERT_PARAGRAPH_WHOLE)

/* What there is to say, unless it is NULL, and where. */
static const struct {
	const char *label;
	char *(*write)(const StoreIncident *incident);
	unsigned purposes;
} fields[] = {
	{"MX", write_host, EVERYWHERE},
	{"Reporter", write_reporter, EVERYWHERE},
	{"Domain", write_domain_names, EVERYWHERE},
	{"State", write_state, ALERT_PARAGRAPH_WHOLE},
	{"Status", write_becoming, ALERT_PARAGRAPH_NEWS},
	{"Since", write_since, EVERYWHERE},
	{"Days", alert_text_write_days, EVERYWHERE},
	{"Failed", write_failed, EVERYWHERE},
	{"Mail", write_mail, EVERYWHERE},
	{"Now", write_now, EVERYWHERE},
	{"Reported by", write_reporters, EVERYWHERE},
	{"Reason", write_reasons, EVERYWHERE},
	{"Address", write_addresses, EVERYWHERE},
	{"Meaning", write_explanation, ALERT_PARAGRAPH_WHOLE},
	{"What to do", write_remedy, EVERYWHERE},
	{"Acknowledge", write_acknowledge, EVERYWHERE},
};

void alert_paragraph_append_field(GString *out, const char *label,
	const char *text, const TextStyle *style)
{
	g_string_append_printf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, label);
	text_append_wrapped(out, text, INDENT + LABEL_WIDTH, style->width);
}

static void append_title(
	GString *out, const StoreIncident *incident, const TextStyle *style)
{
	g_autofree char *title = alert_text_write_title(incident, true);
	g_autofree char *severity = g_ascii_strup(incident->severity, -1);

	text_append_coloured(out, style, alert_text_get_colour(incident),
		alert_text_is_over(incident) ? "OVER" : severity);
	g_string_append_printf(out, ": %s\n", title);
}

void alert_paragraph_append(GString *out, const StoreIncident *incident,
	unsigned purpose, const TextStyle *style)
{
	append_title(out, incident, style);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *text = NULL;

		if ((fields[i].purposes & purpose) == 0 ||
			(fields[i].write == write_remedy &&
				(purpose & ALERT_PARAGRAPH_BRIEF) != 0))
			continue;
		text = fields[i].write(incident);
		if (text != NULL)
			alert_paragraph_append_field(
				out, fields[i].label, text, style);
	}
}
