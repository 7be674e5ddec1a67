/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report-json.h"

#include <string.h>

#include "parser/address.h"
#include "parser/error.h"
#include "parser/json-load.h"
#include "parser/member.h"
#include "parser/policy-json.h"
#include "parser/quote.h"
#include "parser/timestamp.h"

enum {
	SHOWN_MAX = 80,
	DAY = 86400,
};

enum {
	TOP_ORGANIZATION,
	TOP_DATE_RANGE,
	TOP_CONTACT,
	TOP_REPORT_ID,
	TOP_POLICIES,
	TOP_REMARKS,
};

static const MemberTable top_table = {
	"",
	6,
	{
		{"organization-name", {"organisation-name"}},
		{"date-range", {0}},
		{"contact-info", {0}},
		{"report-id", {0}},
		{"policies", {"report-items"}},
		{"remarks", {0}},
	},
	false,
};

enum {
	RANGE_START,
	RANGE_END,
};

static const MemberTable range_table = {
	"date-range.",
	2,
	{
		{"start-datetime", {"start"}},
		{"end-datetime", {"end"}},
	},
	false,
};

/* What to say of a time that is not written as in RFC 3339. */
static const char *const forms[] = {
	[TIMESTAMP_EXACT] = NULL,
	[TIMESTAMP_NO_ZONE] = "no zone, taken as UTC",
	[TIMESTAMP_NO_TIME] = "no time, taken as midnight UTC",
	[TIMESTAMP_UNIX] = "a number, taken as Unix time",
};

static bool read_instant(MemberObject *range, size_t index, int64_t *seconds)
{
	const char *text = member_get_string(range, index, MEMBER_NAME_MAX);
	const char *name = range_table.names[index].name;
	TimestampForm form;

	if (text == NULL || !timestamp_parse(text, seconds, &form))
		return false;
	if (forms[form] != NULL)
		member_remark(range->reader, "%s%s: %s", range_table.where,
			name, forms[form]);
	return true;
}

/* The text of a value as people are shown it. */
static char *quote_value(json_t *value)
{
	g_autofree char *text = NULL;

	if (json_is_string(value))
		return quote_text(json_string_value(value),
			json_string_length(value), SHOWN_MAX);
	text = json_load_to_text(value);
	return quote_text(text, strlen(text), SHOWN_MAX);
}

static void set_period_error(
	GError **error, json_t *value, size_t index, const char *rule)
{
	const char *name = range_table.names[index].name;
	json_t *instant = json_object_get(value, name);
	g_autofree char *shown = NULL;

	if (instant == NULL || json_is_null(instant)) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_PERIOD,
			"%s%s: missing (RFC 8460 section 4.4)",
			range_table.where, name);
		return;
	}
	shown = quote_value(instant);
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_PERIOD, "%s%s: %s %s",
		range_table.where, name, shown, rule);
}

static bool check_age(const Report *report, const ParseLimits *limits,
	int64_t received, json_t *value, GError **error)
{
	if (report->period_start < received - limits->report_age) {
		set_period_error(error, value, RANGE_START,
			"is older than the option max_report_age allows");
		return false;
	}
	if (report->period_end > received + limits->report_future) {
		set_period_error(error, value, RANGE_END,
			"is later than the option max_report_future allows");
		return false;
	}
	return true;
}

/* What replaces the other end of the period: with the one that is there it
 * makes a day, as section 4.1 asks. */
static void replace_instant(MemberReader *reader, size_t index)
{
	static const char *const replacements[] = {
		[RANGE_START] = "taken as the day of the end",
		[RANGE_END] = "taken as a day after the start",
	};
	Report *report = reader->report;
	int64_t last = report->period_end - 1;

	if (index == RANGE_START)
		report->period_start = MAX(last - last % DAY, 0);
	else
		report->period_end = report->period_start + DAY - 1;
	member_remark(reader, "%s%s: not usable, %s", range_table.where,
		range_table.names[index].name, replacements[index]);
}

static bool read_period(MemberReader *reader, MemberObject *top, GError **error)
{
	g_auto(MemberObject) range;
	Report *report = reader->report;
	json_t *value = top->values[TOP_DATE_RANGE];
	bool has_start;
	bool has_end;

	member_open(&range, reader, &range_table, value);
	has_start = read_instant(&range, RANGE_START, &report->period_start);
	has_end = read_instant(&range, RANGE_END, &report->period_end);
	if (!has_start && !has_end) {
		set_period_error(error, value, RANGE_START,
			"is not a date and time (RFC 8460 section 4.4)");
		return false;
	}
	if (!has_start || !has_end ||
		report->period_end < report->period_start) {
		replace_instant(reader, has_start ? RANGE_END : RANGE_START);
		member_keep(top, "date-range", value);
	} else if (range.extra != NULL) {
		member_keep(top, "date-range", range.extra);
	}
	return true;
}

static bool read_report_id(
	MemberReader *reader, MemberObject *top, GError **error)
{
	json_t *value = top->values[TOP_REPORT_ID];
	g_autofree char *shown = NULL;

	reader->report->report_id =
		member_get_string(top, TOP_REPORT_ID, MEMBER_NAME_MAX);
	if (reader->report->report_id != NULL)
		return true;
	if (value != NULL && !json_is_null(value))
		shown = quote_value(value);
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_STRUCTURE,
		"report-id: %s%s (RFC 8460 section 4.4)",
		shown != NULL ? shown : "missing",
		shown != NULL ? " is not an identifier" : "");
	return false;
}

static const char *copy_text(Report *report, const char *text)
{
	return report_copy_string(report, text, strlen(text));
}

/* A report without organization-name is named after its reporter. */
static void read_organization(
	MemberReader *reader, MemberObject *top, const ReportHints *hints)
{
	Report *report = reader->report;
	g_autofree char *reporter = NULL;

	report->contact_info =
		member_get_string(top, TOP_CONTACT, MEMBER_NAME_MAX);
	report->organization_name =
		member_get_string(top, TOP_ORGANIZATION, MEMBER_NAME_MAX);
	if (report->organization_name != NULL)
		return;
	member_remark(reader, "organization-name: missing");
	reporter = report_find_reporter(report, hints->submitter);
	report->organization_name =
		reporter != NULL ? copy_text(report, reporter) : "unknown";
}

/* The remarks that canonical JSON carries. */
static void read_remarks(MemberReader *reader, MemberObject *top)
{
	g_autoptr(json_t) remarks = member_get_array(top, TOP_REMARKS);
	size_t index;
	json_t *remark;

	json_array_foreach(remarks, index, remark)
	{
		const char *text = NULL;

		if (json_is_string(remark))
			text = member_copy_text(top, TOP_REMARKS, remark,
				MEMBER_REMARK_SIZE_MAX);
		if (text != NULL)
			member_remark(reader, "%s", text);
		if (index >= MEMBER_REMARKS_MAX)
			break;
	}
}

/* For TLSA the policy domain is the MX host, so that only other policies tell
 * whether the mail speaks of another domain. */
static bool is_other_domain(const Report *report, const char *hint)
{
	bool comparable = false;

	for (size_t i = 0; i < report->policy_count; i++) {
		const ReportPolicy *policy = &report->policies[i];

		if (strcmp(policy->policy_domain, hint) == 0)
			return false;
		if (strcmp(policy->policy_type, "tlsa") != 0)
			comparable = true;
	}
	return comparable;
}

/* Where mail and report disagree, the report counts (RFC 8460 section
 * 5.6). */
static void compare_hints(MemberReader *reader, const ReportHints *hints)
{
	for (size_t i = 0; i < REPORT_HINTS_DOMAINS; i++) {
		const char *hint = hints->policy_domains[i];

		if (hint != NULL && is_other_domain(reader->report, hint))
			member_remark(reader,
				"the message names another policy domain than "
				"the report; the report counts");
	}
	if (hints->period_start >= 0 &&
		hints->period_start != reader->report->period_start)
		member_remark(reader,
			"the file name gives another period than the report; "
			"the report counts");
}

static const char *fallback_domain(const ReportHints *hints)
{
	for (size_t i = 0; i < REPORT_HINTS_DOMAINS; i++) {
		if (hints->policy_domains[i] != NULL)
			return hints->policy_domains[i];
	}
	return NULL;
}

static void keep_remarks(MemberReader *reader)
{
	size_t size = (reader->remark_count + 1) * sizeof(*reader->remarks);
	const char **remarks = report_alloc(reader->report, size);

	memcpy(remarks, reader->remarks,
		reader->remark_count * sizeof(*remarks));
	reader->report->remarks = remarks;
}

static bool read_report(MemberReader *reader, MemberObject *top,
	const ParseLimits *limits, const ReportHints *hints, GError **error)
{
	if (hints->trailing_bytes)
		member_remark(reader, "bytes after the gzip data are ignored");
	if (hints->utf16)
		member_remark(reader, "the JSON is in UTF-16, not in UTF-8");
	read_remarks(reader, top);
	if (!read_report_id(reader, top, error) ||
		!read_period(reader, top, error))
		return false;
	read_organization(reader, top, hints);
	if (!policy_json_read(reader, top, TOP_POLICIES, limits,
		    fallback_domain(hints), error))
		return false;
	compare_hints(reader, hints);
	reader->report->extra = member_get_extra(top);
	keep_remarks(reader);
	return true;
}

/* Any two members of a report tell it from other JSON. */
static bool looks_like_report(const MemberObject *top)
{
	return (top->values[TOP_REPORT_ID] != NULL) +
		       (top->values[TOP_DATE_RANGE] != NULL) +
		       (top->values[TOP_POLICIES] != NULL) +
		       (top->values[TOP_ORGANIZATION] != NULL) >=
	       2;
}

/* Drafts wrapped the report in an object. */
static json_t *unwrap(json_t *value)
{
	json_t *inner = json_object_get(value, "tls-report");

	return json_is_object(inner) ? inner : value;
}

Report *report_json_parse(json_t *value, const ParseLimits *limits,
	const ReportHints *hints, int64_t received, bool *is_report,
	GError **error)
{
	g_autoptr(Report) report = report_new();
	MemberReader reader = {.report = report,
		.string_size = limits->string_size,
		.short_names = hints->short_names};
	g_auto(MemberObject) top = {0};

	*is_report = false;
	value = unwrap(value);
	if (!json_is_object(value)) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_STRUCTURE,
			"the JSON is not an object (RFC 8460 section 4.4)");
		return NULL;
	}
	member_open(&top, &reader, &top_table, value);
	*is_report = looks_like_report(&top);
	if (!read_report(&reader, &top, limits, hints, error) ||
		!check_age(report, limits, received, top.values[TOP_DATE_RANGE],
			error))
		return NULL;
	return g_steal_pointer(&report);
}
