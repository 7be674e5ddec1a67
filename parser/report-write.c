/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report-write.h"

#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "parser/failure-json.h"
#include "parser/json-load.h"
#include "parser/timestamp.h"

enum {
	FIRST_SIZE = 2048,
	INDENT = 2,
};

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void add_escaped(GString *json, unsigned char byte)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *found = NULL;

	for (const char *form = short_forms; *form != '\0'; form += 2) {
		if ((unsigned char)*form == byte)
			found = form + 1;
	}
	if (found != NULL)
		g_string_append_printf(json, "\\%c", *found);
	else
		g_string_append_printf(json, "\\u%04X", byte);
}

static void add_string(GString *json, const char *text)
{
	g_string_append_c(json, '"');
	while (*text != '\0') {
		size_t plain = 0;

		while (is_plain((unsigned char)text[plain]))
			plain++;
		g_string_append_len(json, text, (gssize)plain);
		text += plain;
		if (*text != '\0')
			add_escaped(json, (unsigned char)*text++);
	}
	g_string_append_c(json, '"');
}

/* Between the values of a list or an object; what is open has none yet. */
static void add_comma(GString *json)
{
	if (json->len > 0 && strchr("{[", json->str[json->len - 1]) == NULL)
		g_string_append_c(json, ',');
}

static void add_name(GString *json, const char *name)
{
	add_comma(json);
	g_string_append_c(json, '"');
	g_string_append(json, name);
	g_string_append(json, "\":");
}

static void open_object(GString *json)
{
	add_comma(json);
	g_string_append_c(json, '{');
}

static void open_member(GString *json, const char *name, char bracket)
{
	add_name(json, name);
	g_string_append_c(json, bracket);
}

static void put_text(GString *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	add_name(json, name);
	add_string(json, text);
}

static void put_count(GString *json, const char *name, int64_t count)
{
	char digits[24];

	g_snprintf(digits, sizeof(digits), "%" PRId64, count);
	add_name(json, name);
	g_string_append(json, digits);
}

static void put_instant(GString *json, const char *name, int64_t seconds)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(seconds, text);
	put_text(json, name, text);
}

static void put_list(GString *json, const char *name, const char *const *list)
{
	open_member(json, name, '[');
	for (; *list != NULL; list++) {
		add_comma(json);
		add_string(json, *list);
	}
	g_string_append_c(json, ']');
}

/* It is the text of a JSON object without blanks. */
static void put_extra(GString *json, const char *extra)
{
	if (extra == NULL)
		return;
	add_name(json, "extra");
	g_string_append(json, extra);
}

static void put_failure(GString *json, const ReportFailure *failure)
{
	FailureMember member;

	open_object(json);
	for (size_t i = 0; failure_json_get_member(failure, i, &member); i++) {
		if (member.count != NULL)
			put_count(json, member.name, *member.count);
		else
			put_text(json, member.name, member.text);
	}
	put_extra(json, failure->extra);
	g_string_append_c(json, '}');
}

static void put_policy(GString *json, const ReportPolicy *policy)
{
	open_object(json);
	open_member(json, "policy", '{');
	put_text(json, "policy-type", policy->policy_type);
	put_list(json, "policy-string", policy->policy_string);
	put_text(json, "policy-domain", policy->policy_domain);
	put_list(json, "mx-host", policy->mx_host);
	g_string_append_c(json, '}');
	open_member(json, "summary", '{');
	put_count(json, "total-successful-session-count",
		policy->successful_sessions);
	put_count(json, "total-failure-session-count", policy->failed_sessions);
	g_string_append_c(json, '}');
	open_member(json, "failure-details", '[');
	for (size_t i = 0; i < policy->failure_count; i++)
		put_failure(json, &policy->failures[i]);
	g_string_append_c(json, ']');
	put_extra(json, policy->extra);
	g_string_append_c(json, '}');
}

/* Without blanks; the object is still open. */
static GString *write_members(const Report *report)
{
	GString *json = g_string_sized_new(FIRST_SIZE);
	size_t count;
	const ReportPolicy *policies = report_get_listed(report, &count);

	open_object(json);
	put_text(json, "organization-name", report->organization_name);
	open_member(json, "date-range", '{');
	put_instant(json, "start-datetime", report->period_start);
	put_instant(json, "end-datetime", report->period_end);
	g_string_append_c(json, '}');
	put_text(json, "contact-info", report->contact_info);
	put_text(json, "report-id", report->report_id);
	open_member(json, "policies", '[');
	for (size_t i = 0; i < count; i++)
		put_policy(json, &policies[i]);
	g_string_append_c(json, ']');
	put_extra(json, report->extra);
	return json;
}

static void break_line(GString *text, size_t depth)
{
	g_string_append_c(text, '\n');
	for (size_t i = 0; i < depth * INDENT; i++)
		g_string_append_c(text, ' ');
}

/* What stands between strings: `depth` is how many brackets are open. */
static void indent_sign(GString *text, const char *json, size_t *depth)
{
	bool opens = *json == '{' || *json == '[';
	bool closes = *json == '}' || *json == ']';
	bool is_empty = closes && (json[-1] == '{' || json[-1] == '[');

	*depth -= closes;
	if (closes && !is_empty)
		break_line(text, *depth);
	g_string_append_c(text, *json);
	*depth += opens;
	if (*json == ',' || (opens && json[1] != '}' && json[1] != ']'))
		break_line(text, *depth);
	else if (*json == ':')
		g_string_append_c(text, ' ');
}

static char *indent(const GString *json)
{
	GString *text = g_string_sized_new(FIRST_SIZE);
	size_t depth = 0;
	size_t at = 0;

	while (at < json->len) {
		const char *rest = json->str + at;
		size_t length = 1;

		if (*rest == '"') {
			length = json_load_string_length(rest, json->len - at);
			g_string_append_len(text, rest, (gssize)length);
		} else {
			indent_sign(text, rest, &depth);
		}
		at += length;
	}
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

char *report_write_json(const Report *report)
{
	GString *json = write_members(report);
	char *text;

	if (report->remarks[0] != NULL)
		put_list(json, "remarks", report->remarks);
	g_string_append_c(json, '}');
	text = indent(json);
	g_string_free(json, TRUE);
	return text;
}

void report_write_digest(
	const Report *report, uint8_t digest[REPORT_DIGEST_SIZE])
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	GString *json = write_members(report);
	gsize size = REPORT_DIGEST_SIZE;

	g_string_append_c(json, '}');
	g_checksum_update(
		checksum, (const guchar *)json->str, (gssize)json->len);
	g_string_free(json, TRUE);
	g_checksum_get_digest(checksum, digest, &size);
}
