/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/text.h"

#include <inttypes.h>
#include <string.h>

#include "cli/policy-kind.h"

enum {
	LABEL_WIDTH = 12,
	INDENT = 2,
	NUMBER_WIDTH = 5,
	/* Columns of one name. */
	NAME_LIMIT = 100,
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

/* Foreign text, escaped and bounded. The caller frees it. */
static char *clean(const char *text, bool utf8)
{
	g_autofree char *escaped = text_escape(text, utf8);

	return text_shorten(escaped, NAME_LIMIT, utf8);
}

static bool is(const char *text, const char *other)
{
	return g_strcmp0(text, other) == 0;
}

static bool is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

static bool is_silence(const StoreIncident *incident)
{
	return is(incident->result_type, "no-reports");
}

bool alert_text_is_over(const StoreIncident *incident)
{
	return is(incident->state, "resolved");
}

bool alert_text_withholds_mail(const StoreIncident *incident)
{
	return incident->withheld_sessions != NULL &&
	       !is(incident->withheld_sessions, "0");
}

static char *write_title(const StoreIncident *incident, bool utf8)
{
	g_autofree char *type = NULL;

	if (incident->title != NULL)
		return g_strdup(incident->title);
	type = clean(incident->result_type, utf8);
	return g_strdup_printf("Sessions fail with %s", type);
}

char *alert_text_write_names(const char *names, const char *count, bool utf8)
{
	g_auto(GStrv) list = g_strsplit(names != NULL ? names : "", "\n", -1);
	gint64 total = count != NULL ? g_ascii_strtoll(count, NULL, 10) : 0;
	gint64 more = total - g_strv_length(list);
	g_autofree char *joined = NULL;

	for (size_t i = 0; list[i] != NULL; i++) {
		char *name = clean(list[i], utf8);

		g_free(list[i]);
		list[i] = name;
	}
	joined = g_strjoinv(", ", list);
	if (more <= 0)
		return g_steal_pointer(&joined);
	return g_strdup_printf("%s and %" PRId64 " more", joined, more);
}

/* Which domains: one by its name, more by their number. */
static char *write_domains(const StoreIncident *incident, bool utf8)
{
	if (is(incident->policy_domains, "1"))
		return clean(incident->sample_domains, utf8);
	return g_strdup_printf("%s domains", incident->policy_domains);
}

char *alert_text_write_headline(const StoreIncident *incident, bool utf8)
{
	bool silent = is_silence(incident);
	const char *name = silent ? incident->organization_name
				  : incident->receiving_mx_hostname;
	g_autofree char *title = write_title(incident, utf8);
	g_autofree char *domains = write_domains(incident, utf8);
	g_autofree char *place = clean(name, utf8);

	if (silent)
		return g_strdup_printf(
			"%s: %s, about %s", title, place, domains);
	if (*place == '\0')
		return g_strdup_printf("%s for %s", title, domains);
	if (is(incident->policy_domains, "1"))
		return g_strdup_printf("%s at %s", title, place);
	return g_strdup_printf("%s at %s for %s", title, place, domains);
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
		       : clean(incident->receiving_mx_hostname, true);
}

/* Who is silent, with who has signed for it. */
static char *write_reporter(const StoreIncident *incident)
{
	if (!is_silence(incident) || is_empty(incident->reporters))
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
	if (is_silence(incident))
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

/* The days that reports are about, whenever these came. */
static char *write_days(const StoreIncident *incident)
{
	if (incident->first_day == NULL || !alert_text_is_over(incident))
		return NULL;
	if (is(incident->first_day, incident->last_day))
		return g_strdup(incident->first_day);
	return g_strdup_printf(
		"%s to %s", incident->first_day, incident->last_day);
}

static char *write_sessions(const StoreIncident *incident)
{
	g_autofree char *share = NULL;

	if (incident->all_sessions == NULL || is(incident->all_sessions, "0"))
		return NULL;
	share = alert_text_write_share(
		incident->failed_sessions, incident->all_sessions);
	return g_strdup_printf("%s of %s sessions, %s",
		incident->failed_sessions, incident->all_sessions, share);
}

/* As many digits as tell something. */
char *alert_text_write_share(const char *failed, const char *sessions)
{
	double all = g_ascii_strtod(sessions, NULL);
	double share = all > 0 ? 100 * g_ascii_strtod(failed, NULL) / all : 0;

	if (all <= 0)
		return g_strdup("-");
	if (share > 0 && share < 0.01)
		return g_strdup("under 0.01 %");
	return g_strdup_printf("%.*f %%",
		share <= 0   ? 0
		: share < 1  ? 2
		: share < 10 ? 1
			     : 0,
		share);
}

char *alert_text_write_figures(const StoreIncident *incident)
{
	g_autofree char *days = write_days(incident);
	g_autofree char *sessions = write_sessions(incident);

	if (days == NULL)
		days = g_strdup_printf("since %s", incident->first_day);
	if (sessions == NULL)
		return g_steal_pointer(&days);
	return g_strdup_printf("%s failed, %s", sessions, days);
}

/* Rules about all failures do not know. */
static char *write_mail(const StoreIncident *incident)
{
	g_autofree char *part = NULL;

	if (incident->failed_sessions == NULL || is_silence(incident) ||
		is_seen_only(incident) ||
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

static char *write_reporters(const StoreIncident *incident)
{
	if (is_silence(incident) || is_empty(incident->reporters))
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
	who = clean(incident->acknowledged_by, true);
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

#define EVERYWHERE (ALERT_TEXT_NEWS | ALERT_TEXT_WHOLE)

/* What there is to say, unless it is NULL, and where. */
static const struct {
	const char *label;
	char *(*write)(const StoreIncident *incident);
	unsigned purposes;
} fields[] = {
	{"MX", write_host, EVERYWHERE},
	{"Reporter", write_reporter, EVERYWHERE},
	{"Domain", write_domain_names, EVERYWHERE},
	{"State", write_state, ALERT_TEXT_WHOLE},
	{"Status", write_becoming, ALERT_TEXT_NEWS},
	{"Since", write_since, EVERYWHERE},
	{"Days", write_days, EVERYWHERE},
	{"Failed", write_sessions, EVERYWHERE},
	{"Mail", write_mail, EVERYWHERE},
	{"Now", write_now, EVERYWHERE},
	{"Reported by", write_reporters, EVERYWHERE},
	{"Reason", write_reasons, EVERYWHERE},
	{"Address", write_addresses, EVERYWHERE},
	{"Meaning", write_explanation, ALERT_TEXT_WHOLE},
	{"What to do", write_remedy, EVERYWHERE},
	{"Acknowledge", write_acknowledge, EVERYWHERE},
};

void alert_text_append_field(GString *out, const char *label, const char *text,
	const TextStyle *style)
{
	g_string_append_printf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, label);
	text_append_wrapped(out, text, INDENT + LABEL_WIDTH, style->width);
}

static TextColour get_colour(const StoreIncident *incident)
{
	if (alert_text_is_over(incident))
		return TEXT_GREEN;
	return is(incident->severity, "critical") ? TEXT_RED : TEXT_YELLOW;
}

static void append_title(
	GString *out, const StoreIncident *incident, const TextStyle *style)
{
	g_autofree char *title = write_title(incident, true);
	g_autofree char *severity = g_ascii_strup(incident->severity, -1);

	text_append_coloured(out, style, get_colour(incident),
		alert_text_is_over(incident) ? "OVER" : severity);
	g_string_append_printf(out, ": %s\n", title);
}

/* Numbers stand in a column, as long as they are short. */
void alert_text_append_line(
	GString *out, const StoreIncident *incident, const TextStyle *style)
{
	const char *number = incident->incident_id;
	size_t gap = strlen(number) < NUMBER_WIDTH
			     ? NUMBER_WIDTH - strlen(number)
			     : 1;
	g_autofree char *headline =
		alert_text_write_headline(incident, style->utf8);
	g_autofree char *figures = alert_text_write_figures(incident);
	g_autofree char *who = NULL;
	g_autofree char *line = NULL;

	if (is(incident->state, "acknowledged"))
		who = clean(incident->acknowledged_by, style->utf8);
	line = g_strdup_printf("%s (%s)%s%s", headline, figures,
		who != NULL ? ", acknowledged by " : "",
		who != NULL ? who : "");
	g_string_append_printf(out, "%*s", INDENT, "");
	text_append_coloured(out, style, get_colour(incident), number);
	g_string_append_printf(out, "%*s", (int)gap, "");
	text_append_wrapped(out, line, INDENT + NUMBER_WIDTH, style->width);
}

void alert_text_append(GString *out, const StoreIncident *incident,
	unsigned purpose, const TextStyle *style)
{
	append_title(out, incident, style);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *text = NULL;

		if ((fields[i].purposes & purpose) == 0 ||
			(fields[i].write == write_remedy &&
				(purpose & ALERT_TEXT_BRIEF) != 0))
			continue;
		text = fields[i].write(incident);
		if (text != NULL)
			alert_text_append_field(
				out, fields[i].label, text, style);
	}
}
