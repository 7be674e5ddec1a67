/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report-write.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "parser/timestamp.h"

/* jansson checks the UTF-8 of a string; ours is valid. */
static void put_text(json_t *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, name, json_string(text));
}

static void put_count(json_t *object, const char *name, int64_t count)
{
	json_object_set_new(object, name, json_integer(count));
}

static void put_instant(json_t *object, const char *name, int64_t seconds)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(seconds, text);
	put_text(object, name, text);
}

static void put_list(json_t *object, const char *name, const char *const *list)
{
	json_t *array = json_array();

	for (; *list != NULL; list++)
		json_array_append_new(array, json_string(*list));
	json_object_set_new(object, name, array);
}

static void put_extra(json_t *object, const char *extra)
{
	if (extra != NULL)
		json_object_set_new(
			object, "extra", json_loads(extra, 0, NULL));
}

static json_t *failure_to_json(const ReportFailure *failure)
{
	json_t *object = json_object();

	put_text(object, "result-type", failure->result_type);
	put_text(object, "sending-mta-ip", failure->sending_mta_ip);
	put_text(object, "receiving-mx-hostname",
		failure->receiving_mx_hostname);
	put_text(object, "receiving-mx-helo", failure->receiving_mx_helo);
	put_text(object, "receiving-ip", failure->receiving_ip);
	put_count(object, "failed-session-count", failure->failed_sessions);
	put_text(object, "additional-information",
		failure->additional_information);
	put_text(object, "failure-reason-code", failure->failure_reason_code);
	put_extra(object, failure->extra);
	return object;
}

static json_t *failures_to_json(const ReportPolicy *policy)
{
	json_t *array = json_array();

	for (size_t i = 0; i < policy->failure_count; i++)
		json_array_append_new(
			array, failure_to_json(&policy->failures[i]));
	return array;
}

static json_t *policy_to_json(const ReportPolicy *policy)
{
	json_t *entry = json_object();
	json_t *inner = json_object();
	json_t *summary = json_object();

	put_text(inner, "policy-type", policy->policy_type);
	put_list(inner, "policy-string", policy->policy_string);
	put_text(inner, "policy-domain", policy->policy_domain);
	put_list(inner, "mx-host", policy->mx_host);
	put_count(summary, "total-successful-session-count",
		policy->successful_sessions);
	put_count(summary, "total-failure-session-count",
		policy->failed_sessions);
	json_object_set_new(entry, "policy", inner);
	json_object_set_new(entry, "summary", summary);
	json_object_set_new(entry, "failure-details", failures_to_json(policy));
	put_extra(entry, policy->extra);
	return entry;
}

static json_t *report_to_json(const Report *report)
{
	json_t *root = json_object();
	json_t *range = json_object();
	json_t *policies = json_array();

	put_instant(range, "start-datetime", report->period_start);
	put_instant(range, "end-datetime", report->period_end);
	put_text(root, "organization-name", report->organization_name);
	json_object_set_new(root, "date-range", range);
	put_text(root, "contact-info", report->contact_info);
	put_text(root, "report-id", report->report_id);
	for (size_t i = 0; i < report->policy_count; i++)
		json_array_append_new(
			policies, policy_to_json(&report->policies[i]));
	json_object_set_new(root, "policies", policies);
	put_extra(root, report->extra);
	return root;
}

char *report_write_json(const Report *report)
{
	json_t *root = report_to_json(report);
	char *dumped;
	char *text;

	if (report->remarks[0] != NULL)
		put_list(root, "remarks", report->remarks);
	dumped = json_dumps(root, JSON_INDENT(2));
	text = g_strconcat(dumped, "\n", NULL);
	free(dumped);
	json_decref(root);
	return text;
}

static int add_to_digest(const char *text, size_t size, void *data)
{
	g_checksum_update(data, (const guchar *)text, (gssize)size);
	return 0;
}

void report_write_digest(
	const Report *report, uint8_t digest[REPORT_DIGEST_SIZE])
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	json_t *root = report_to_json(report);
	gsize size = REPORT_DIGEST_SIZE;

	json_dump_callback(root, add_to_digest, checksum, JSON_COMPACT);
	json_decref(root);
	g_checksum_get_digest(checksum, digest, &size);
}
