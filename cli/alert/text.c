/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/text.h"

#include <inttypes.h>
#include <string.h>

#include "cli/policy-kind.h"

enum {
	LABEL_WIDTH = 12,
	INDENT = 2,
	/* Columns of one name. */
	NAME_LIMIT = 100,
};

#define EVERYWHERE (ALERT_TEXT_BROKEN | ALERT_TEXT_OVER | ALERT_TEXT_WHOLE)

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

bool alert_text_is_over(const StoreAlert *alert)
{
	return is(alert->what, "resolved") || is(alert->what, "expired");
}

bool alert_text_withholds_mail(const StoreAlert *alert)
{
	return alert->withheld_sessions != NULL &&
	       !is(alert->withheld_sessions, "0");
}

static char *write_title(const StoreAlert *alert, bool utf8)
{
	g_autofree char *type = NULL;

	if (alert->title != NULL)
		return g_strdup(alert->title);
	type = clean(alert->result_type, utf8);
	return g_strdup_printf("Sessions fail with %s", type);
}

/* Names with newlines between them, of `count`. */
static char *write_names(const char *names, const char *count, bool utf8)
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

/* Where it is: a preposition and a name. */
static char *write_place(const StoreAlert *alert, bool utf8)
{
	g_autofree char *domain = clean(alert->policy_domain, utf8);
	g_autofree char *hosts = NULL;

	if (is(alert->result_type, "no-reports")) {
		g_autofree char *who = clean(alert->organization_name, utf8);

		return g_strdup_printf("about %s: %s", domain, who);
	}
	if (is(alert->host_count, "0") || alert->host_count == NULL)
		return g_strdup_printf("for %s", domain);
	if (!is(alert->host_count, "1"))
		return g_strdup_printf(
			"at %s hosts of %s", alert->host_count, domain);
	hosts = write_names(alert->hosts, alert->host_count, utf8);
	return g_strdup_printf("at %s", hosts);
}

char *alert_text_write_headline(const StoreAlert *alert, bool utf8)
{
	g_autofree char *title = write_title(alert, utf8);
	g_autofree char *place = write_place(alert, utf8);

	return g_strdup_printf("%s %s", title, place);
}

static char *write_domain(const StoreAlert *alert)
{
	return clean(alert->policy_domain, true);
}

static char *write_hosts(const StoreAlert *alert)
{
	if (alert->host_count == NULL || is(alert->host_count, "0"))
		return NULL;
	return write_names(alert->hosts, alert->host_count, true);
}

static char *write_reporter(const StoreAlert *alert)
{
	if (*alert->organization_name == '\0')
		return NULL;
	return clean(alert->organization_name, true);
}

static char *write_since(const StoreAlert *alert)
{
	if (alert->first_day == NULL)
		return NULL;
	if (is(alert->result_type, "no-reports"))
		return g_strdup_printf(
			"%s, the first day without a report", alert->first_day);
	if (is(alert->first_day, alert->last_day))
		return g_strdup_printf(
			"%s; no later day is reported yet", alert->first_day);
	return g_strdup_printf(
		"%s, last reported for %s", alert->first_day, alert->last_day);
}

static char *write_days(const StoreAlert *alert)
{
	if (is(alert->first_day, alert->last_day))
		return g_strdup(alert->first_day);
	return g_strdup_printf("%s to %s", alert->first_day, alert->last_day);
}

static char *write_sessions(const StoreAlert *alert)
{
	if (alert->all_sessions == NULL || is(alert->all_sessions, "0"))
		return NULL;
	return g_strdup_printf("%s of %s sessions", alert->failed_sessions,
		alert->all_sessions);
}

/* Rules about all failures do not know. */
static char *write_mail(const StoreAlert *alert)
{
	g_autofree char *part = NULL;

	if (alert->failed_sessions == NULL ||
		is(alert->result_type, "no-reports") ||
		is(alert->result_type, "failure-share"))
		return NULL;
	if (policy_kind_is_fetch(alert->result_type))
		return g_strdup(mail_unprotected);
	if (!alert_text_withholds_mail(alert))
		return g_strdup(mail_passed);
	if (is(alert->withheld_sessions, alert->failed_sessions))
		part = g_strdup("all of these sessions");
	else
		part = g_strdup_printf(
			"%s of these sessions", alert->withheld_sessions);
	return g_strdup_printf(mail_withheld, part);
}

static char *write_reporters(const StoreAlert *alert)
{
	if (*alert->organization_name != '\0' || alert->reporters == NULL)
		return NULL;
	return write_names(alert->reporters, alert->reporter_count, true);
}

static char *write_becoming(const StoreAlert *alert)
{
	for (size_t i = 0; i < G_N_ELEMENTS(becoming); i++) {
		if (is(becoming[i].what, alert->what))
			return g_strdup(becoming[i].words);
	}
	return NULL;
}

static char *write_state(const StoreAlert *alert)
{
	g_autofree char *who = NULL;

	if (alert->resolved_at != NULL)
		return g_strdup_printf(
			"%s, at %s", alert->state, alert->resolved_at);
	if (alert->acknowledged_at == NULL)
		return g_strdup_printf(
			"%s, since %s", alert->state, alert->opened_at);
	who = clean(alert->acknowledged_by, true);
	return g_strdup_printf(
		"acknowledged by %s at %s", who, alert->acknowledged_at);
}

static char *write_rule(const StoreAlert *alert)
{
	return g_strdup(alert->rule);
}

static char *write_explanation(const StoreAlert *alert)
{
	return g_strdup(alert->explanation);
}

static char *write_remedy(const StoreAlert *alert)
{
	return g_strdup(alert->remedy);
}

static char *write_acknowledge(const StoreAlert *alert)
{
	g_autofree char *ids = alert_text_write_ids(alert->ids);

	if (*ids == '\0' || is(alert->state, "acknowledged") ||
		is(alert->state, "resolved"))
		return NULL;
	return g_strdup_printf("tlsreport alert ack %s", ids);
}

/* What there is to say, unless it is NULL, and where. */
static const struct {
	const char *label;
	char *(*write)(const StoreAlert *alert);
	unsigned purposes;
} fields[] = {
	{"Domain", write_domain, EVERYWHERE},
	{"MX", write_hosts, EVERYWHERE},
	{"Reporter", write_reporter, EVERYWHERE},
	{"State", write_state, ALERT_TEXT_WHOLE},
	{"Rule", write_rule, ALERT_TEXT_WHOLE},
	{"Status", write_becoming, ALERT_TEXT_BROKEN},
	{"Status", write_becoming, ALERT_TEXT_OVER},
	{"Since", write_since, ALERT_TEXT_BROKEN | ALERT_TEXT_WHOLE},
	{"Days", write_days, ALERT_TEXT_OVER},
	{"Failed", write_sessions, EVERYWHERE},
	{"Mail", write_mail, ALERT_TEXT_BROKEN | ALERT_TEXT_WHOLE},
	{"Reported by", write_reporters, ALERT_TEXT_BROKEN | ALERT_TEXT_WHOLE},
	{"Meaning", write_explanation, ALERT_TEXT_WHOLE},
	{"What to do", write_remedy, ALERT_TEXT_BROKEN | ALERT_TEXT_WHOLE},
	{"Acknowledge", write_acknowledge,
		ALERT_TEXT_BROKEN | ALERT_TEXT_WHOLE},
};

static void append_field(GString *out, const char *label, const char *text,
	const TextStyle *style)
{
	g_string_append_printf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, label);
	text_append_wrapped(out, text, INDENT + LABEL_WIDTH, style->width);
}

static void append_title(
	GString *out, const StoreAlert *alert, const TextStyle *style)
{
	bool over = alert_text_is_over(alert) || is(alert->state, "resolved");
	g_autofree char *title = write_title(alert, true);
	g_autofree char *severity = g_ascii_strup(alert->severity, -1);
	TextColour colour =
		is(alert->severity, "critical") ? TEXT_RED : TEXT_YELLOW;

	text_append_coloured(out, style, over ? TEXT_GREEN : colour,
		over ? "OVER" : severity);
	g_string_append_printf(out, ": %s\n", title);
}

void alert_text_append(GString *out, const StoreAlert *alert, unsigned purpose,
	const TextStyle *style)
{
	append_title(out, alert, style);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *text = NULL;

		if ((fields[i].purposes & purpose) == 0 ||
			(fields[i].write == write_remedy &&
				(purpose & ALERT_TEXT_BRIEF) != 0))
			continue;
		text = fields[i].write(alert);
		if (text != NULL)
			append_field(out, fields[i].label, text, style);
	}
}

char *alert_text_write_ids(const char *ids)
{
	g_auto(GStrv) list = g_strsplit(ids, " ", -1);
	GString *out = g_string_new(NULL);
	bool range = false;

	for (size_t i = 0; list[i] != NULL; i++) {
		gint64 id = g_ascii_strtoll(list[i], NULL, 10);
		gint64 next = list[i + 1] != NULL
				      ? g_ascii_strtoll(list[i + 1], NULL, 10)
				      : -1;

		if (range && next != id + 1)
			g_string_append_printf(out, "-%s", list[i]);
		else if (!range)
			g_string_append_printf(
				out, "%s%s", i > 0 ? " " : "", list[i]);
		range = next == id + 1;
	}
	return g_string_free(out, FALSE);
}
