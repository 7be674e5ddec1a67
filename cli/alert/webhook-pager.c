/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/alert/webhook-form.h"
#include "cli/alert/webhook-news.h"
#include "cli/alert/webhook-text.h"

enum {
	/* PagerDuty takes so many events in a minute for certain. */
	EVENTS_MAX = 100,
	SUMMARY_MAX = 1024,
};

/* Alertmanager takes an alert without an end for over after some minutes. */
static const char never[] = "9999-12-31T23:59:59Z";

/* What an incident is for those who are called. PagerDuty has no severity for
 * what is a test. */
static json_t *make_payload(const json_t *incident)
{
	g_autofree char *line = webhook_news_describe(incident);
	g_autofree char *summary = webhook_text_cut(line, SUMMARY_MAX);
	const char *severity = webhook_news_get_text(incident, "severity");

	return json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:o}", "summary", summary,
		"source", webhook_news_get_source(incident), "severity",
		strcmp(severity, "critical") == 0 ? severity : "warning",
		"timestamp", webhook_news_find_text(incident, "opened_at"),
		"class", webhook_news_find_text(incident, "result_type"),
		"custom_details", json_deep_copy(incident));
}

static json_t *make_event(
	const json_t *news, const json_t *incident, const WebhookFrame *frame)
{
	bool over = webhook_news_is_over(incident);
	g_autofree char *id = webhook_news_get_number(incident, "incident_id");
	g_autofree char *key = g_strconcat("tlsrpt-incident-", id, NULL);

	return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:o*}", "routing_key",
		frame->secret, "event_action", over ? "resolve" : "trigger",
		"dedup_key", key, "client", "tlsrpt-milter", "client_url",
		webhook_news_find_text(news, "url"), "payload",
		over ? NULL : make_payload(incident));
}

static json_t *make_rest(json_int_t count, const WebhookFrame *frame)
{
	g_autofree char *summary =
		g_strdup_printf("%" JSON_INTEGER_FORMAT
				" more TLS incidents: see tlsreport alert list",
			count);

	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "routing_key",
		frame->secret, "event_action", "trigger", "dedup_key",
		"tlsrpt-more", "payload", "summary", summary, "source",
		"tlsrpt-milter", "severity", "warning");
}

json_t *webhook_form_pagerduty(const json_t *news, const WebhookFrame *frame)
{
	const json_t *incidents = json_object_get(news, "incidents");
	size_t count = MIN(json_array_size(incidents), EVENTS_MAX);
	json_int_t total = json_integer_value(json_object_get(news, "total"));
	json_t *events = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(events,
			make_event(news, json_array_get(incidents, i), frame));
	if (total > (json_int_t)count && count > 0)
		json_array_append_new(
			events, make_rest(total - (json_int_t)count, frame));
	return events;
}

/* They tell alerts from each other: for an incident they are always the same,
 * but for the severity. Whoever is told needs it there. */
static json_t *make_labels(const json_t *incident, const char *severity)
{
	const char *host =
		webhook_news_find_text(incident, "receiving_mx_hostname");
	g_autofree char *id = webhook_news_get_number(incident, "incident_id");

	return json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "alertname",
		"TlsrptIncident", "severity", severity, "incident_id", id,
		"result_type", webhook_news_find_text(incident, "result_type"),
		"receiving_mx_hostname", host, "policy_domain",
		host == NULL ? webhook_news_get_source(incident) : NULL,
		"organization_name",
		webhook_news_find_text(incident, "organization_name"));
}

static json_t *make_annotations(const json_t *incident)
{
	g_autofree char *summary = webhook_news_describe(incident);
	g_autofree char *failed =
		webhook_news_get_number(incident, "failed_sessions");
	g_autofree char *withheld =
		webhook_news_get_number(incident, "withheld_sessions");
	g_autofree char *domains =
		webhook_news_get_number(incident, "policy_domains");

	return json_pack("{s:s, s:s*, s:s*, s:s, s:s, s:s}", "summary", summary,
		"description", webhook_news_find_text(incident, "explanation"),
		"remedy", webhook_news_find_text(incident, "remedy"),
		"failed_sessions", failed, "withheld_sessions", withheld,
		"policy_domains", domains);
}

static char *format_time(int64_t now)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now);

	return g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
}

/* A test ends by itself. */
static json_t *make_alert(const json_t *news, const json_t *incident,
	const char *severity, const char *end)
{
	return json_pack("{s:o, s:o, s:s*, s:s*, s:s*}", "labels",
		make_labels(incident, severity), "annotations",
		make_annotations(incident), "startsAt",
		webhook_news_find_text(incident, "opened_at"), "endsAt", end,
		"generatorURL", webhook_news_find_text(news, "url"));
}

/* What was told with another severity is another alert, which ends. */
static void append_alerts(json_t *alerts, const json_t *news,
	const json_t *incident, const WebhookFrame *frame)
{
	static const char *const severities[] = {"critical", "warning"};
	const char *what = webhook_news_get_text(incident, "what");
	const char *severity = webhook_news_get_text(incident, "severity");
	const char *resolved = webhook_news_find_text(incident, "resolved_at");
	g_autofree char *now = format_time(frame->now);
	bool over = webhook_news_is_over(incident);

	if (over || strcmp(what, "escalated") == 0) {
		for (size_t i = 0; i < G_N_ELEMENTS(severities); i++) {
			if (over || strcmp(severity, severities[i]) != 0)
				json_array_append_new(alerts,
					make_alert(news, incident,
						severities[i],
						resolved != NULL ? resolved
								 : now));
		}
	}
	if (!over)
		json_array_append_new(alerts,
			make_alert(news, incident, severity,
				strcmp(what, "test") == 0 ? NULL : never));
}

json_t *webhook_form_alertmanager(const json_t *news, const WebhookFrame *frame)
{
	const json_t *incidents = json_object_get(news, "incidents");
	json_t *alerts = json_array();

	for (size_t i = 0; i < json_array_size(incidents); i++)
		append_alerts(
			alerts, news, json_array_get(incidents, i), frame);
	if (json_array_size(alerts) == 0)
		return alerts;
	return json_pack("[o]", alerts);
}
