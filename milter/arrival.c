/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/arrival.h"

#include <inttypes.h>
#include <string.h>
#include <syslog.h>

#include "intake/reason.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "parser/quote.h"

enum {
	/* Bytes of foreign text in a log line. */
	SHOWN_MAX = 128,
};

void arrival_clear(Arrival *arrival)
{
	g_clear_pointer(&arrival->signers, signers_free);
	g_clear_error(&arrival->failure);
}

void arrival_set_signers(Arrival *arrival, Signers *signers)
{
	signers_free(arrival->signers);
	arrival->signers = signers;
	arrival->envelope.signed_by = (const char *const *)signers->verified;
}

Outcome arrival_fail(Arrival *arrival, GError *error)
{
	g_clear_error(&arrival->failure);
	arrival->failure = error;
	return OUTCOME_UNAVAILABLE;
}

static char *quote(const char *text)
{
	return quote_text(text, strlen(text), SHOWN_MAX);
}

static int64_t elapsed_ms(const Arrival *arrival)
{
	return (g_get_monotonic_time() - arrival->started) / 1000;
}

/* How it came, unless by mail. */
static const char *show_channel(const Arrival *arrival)
{
	return arrival->envelope.over_https ? " channel=https" : "";
}

static char *show_domain(const Report *report)
{
	return quote_domain(report->policy_count > 0
				    ? report->policies[0].policy_domain
				    : "",
		SHOWN_MAX);
}

void arrival_log_report(const Arrival *arrival, Outcome outcome,
	const Report *report, const char *auth_domain)
{
	const Verdict *verdict = verdict_get(outcome);
	const ReportSessions sessions = report_get_sessions(report);
	g_autofree char *domain = show_domain(report);
	g_autofree char *organization = quote(report->organization_name);
	g_autofree char *report_id = quote(report->report_id);

	metrics_count_report(outcome, NULL);
	log_message(verdict->priority,
		"%s: %s domain=%s org=%s report-id=%s policies=%zu "
		"ok=%" PRId64 " fail=%" PRId64 " auth=%s%s ms=%" PRId64,
		arrival->envelope.queue_id, verdict->word, domain, organization,
		report_id, report->policy_count, sessions.successful,
		sessions.failed, *auth_domain != '\0' ? auth_domain : "none",
		show_channel(arrival), elapsed_ms(arrival));
}

void arrival_log_problem(const Arrival *arrival, Outcome outcome,
	const char *part, const GError *why)
{
	const Verdict *verdict = verdict_get(outcome);
	const char *reason = reason_get_word(why);
	g_autofree char *name = quote(part);

	metrics_count_report(outcome, reason);
	log_message(verdict->priority,
		"%s: %s reason=%s part=%s%s ms=%" PRId64 " error=%s",
		arrival->envelope.queue_id, verdict->word, reason, name,
		show_channel(arrival), elapsed_ms(arrival), why->message);
}

void arrival_log_empty(const Arrival *arrival)
{
	log_message(LOG_WARNING, "%s: %s%s ms=%" PRId64,
		arrival->envelope.queue_id,
		verdict_get(OUTCOME_NO_REPORT)->word, show_channel(arrival),
		elapsed_ms(arrival));
}
