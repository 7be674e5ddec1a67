/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/report-json.h"

#include <jansson.h>
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
};

static bool read_instant(MemberObject *range, size_t index, int64_t *seconds)
{
	const char *text = member_get_string(range, index, MEMBER_NAME_MAX);
	const char *name = range_table.names[index].name;
	TimestampForm form;

	if (text == NULL || !timestamp_parse(text, seconds, &form))
		return false;
	if (form == TIMESTAMP_NO_ZONE)
		member_remark(range->reader, "%s%s: no zone, taken as UTC",
			range_table.where, name);
	else if (form == TIMESTAMP_NO_TIME)
		member_remark(range->reader,
			"%s%s: no time, taken as midnight UTC",
			range_table.where, name);
	return true;
}

static void set_period_error(
	GError **error, json_t *value, size_t index, const char *rule)
{
	const char *name = range_table.names[index].name;
	json_t *instant = json_object_get(value, name);
	g_autofree char *text = NULL;
	g_autofree char *shown = NULL;

	if (json_is_string(instant))
		text = g_strdup(json_string_value(instant));
	else if (instant != NULL)
		text = json_load_to_text(instant);
	else
		text = g_strdup("");
	shown = quote_text(text, strlen(text), SHOWN_MAX);
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_PERIOD,
		"%s%s: %s %s (RFC 8460 section 4.4)", range_table.where, name,
		shown, rule);
}

static bool check_age(const Report *report, const ParseLimits *limits,
	int64_t arrival, json_t *value, GError **error)
{
	if (report->period_start < arrival - limits->report_age) {
		set_period_error(error, value, RANGE_START,
			"is longer ago than max_report_age");
		return false;
	}
	if (report->period_end > arrival + limits->report_future) {
		set_period_error(error, value, RANGE_END,
			"is further ahead than max_report_future");
		return false;
	}
	return true;
}

/* A report without a usable end covers one day, as section 4.1 asks. */
static bool read_period(MemberReader *reader, MemberObject *top, GError **error)
{
	g_auto(MemberObject) range;
	Report *report = reader->report;
	json_t *value = top->values[TOP_DATE_RANGE];

	member_open(&range, reader, &range_table, value);
	if (!read_instant(&range, RANGE_START, &report->period_start)) {
		set_period_error(
			error, value, RANGE_START, "is no date and time");
		return false;
	}
	if (!read_instant(&range, RANGE_END, &report->period_end) ||
		report->period_end < report->period_start) {
		member_remark(reader, "date-range.end-datetime: not usable, "
				      "taken as a day after the start");
		member_keep(top, "date-range", value);
		report->period_end = report->period_start + DAY - 1;
	}
	if (range.extra != NULL)
		member_keep(top, "date-range", range.extra);
	return true;
}

static bool read_report_id(
	MemberReader *reader, MemberObject *top, GError **error)
{
	reader->report->report_id =
		member_get_string(top, TOP_REPORT_ID, MEMBER_NAME_MAX);
	if (reader->report->report_id != NULL)
		return true;
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_STRUCTURE,
		"report-id: missing (RFC 8460 section 4.4)");
	return false;
}

static const char *copy_text(Report *report, const char *text)
{
	return report_copy_string(report, text, strlen(text));
}

/* A report without organization-name is named after its submitter. */
static void read_organization(
	MemberReader *reader, MemberObject *top, const ReportHints *hints)
{
	Report *report = reader->report;
	g_autofree char *contact_domain = NULL;

	report->contact_info =
		member_get_string(top, TOP_CONTACT, MEMBER_NAME_MAX);
	report->organization_name =
		member_get_string(top, TOP_ORGANIZATION, MEMBER_NAME_MAX);
	if (report->organization_name != NULL)
		return;
	member_remark(reader, "organization-name: missing");
	if (report->contact_info != NULL)
		contact_domain = address_get_domain(report->contact_info);
	if (hints->submitter != NULL)
		report->organization_name = copy_text(report, hints->submitter);
	else if (contact_domain != NULL)
		report->organization_name = copy_text(report, contact_domain);
	else
		report->organization_name = "unknown";
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
static void compare_domain(MemberReader *reader, const char *hint)
{
	const Report *report = reader->report;
	bool comparable = false;

	for (size_t i = 0; i < report->policy_count && hint != NULL; i++) {
		const ReportPolicy *policy = &report->policies[i];

		if (strcmp(policy->policy_domain, hint) == 0)
			return;
		if (strcmp(policy->policy_type, "tlsa") != 0)
			comparable = true;
	}
	if (comparable)
		member_remark(reader, "the mail names another policy domain "
				      "than the report; the report counts");
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
		member_remark(reader, "bytes behind the gzip data are ignored");
	read_remarks(reader, top);
	if (!read_report_id(reader, top, error) ||
		!read_period(reader, top, error))
		return false;
	read_organization(reader, top, hints);
	if (!policy_json_read(reader, top, TOP_POLICIES, limits,
		    hints->policy_domain, error))
		return false;
	compare_domain(reader, hints->policy_domain);
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

/* Drafts wrapped the report in an object or a list of one. */
static json_t *unwrap(json_t *root)
{
	json_t *inner = root;

	if (json_is_array(root) && json_array_size(root) == 1)
		inner = json_array_get(root, 0);
	if (json_is_object(json_object_get(inner, "tls-report")))
		inner = json_object_get(inner, "tls-report");
	return inner;
}

Report *report_json_parse(GBytes *json, const ParseLimits *limits,
	const ReportHints *hints, int64_t arrival, bool *is_report,
	GError **error)
{
	gsize size;
	const char *text = g_bytes_get_data(json, &size);
	g_autoptr(json_t) root =
		json_load_bytes(text, size, limits->parse_memory, error);
	g_autoptr(Report) report = report_new();
	MemberReader reader = {
		.report = report, .string_size = limits->string_size};
	g_auto(MemberObject) top = {0};

	*is_report = false;
	if (root == NULL)
		return NULL;
	if (!json_is_object(unwrap(root))) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_STRUCTURE,
			"the JSON is not an object (RFC 8460 section 4.4)");
		return NULL;
	}
	member_open(&top, &reader, &top_table, unwrap(root));
	*is_report = looks_like_report(&top);
	if (!read_report(&reader, &top, limits, hints, error) ||
		!check_age(report, limits, arrival, top.values[TOP_DATE_RANGE],
			error))
		return NULL;
	return g_steal_pointer(&report);
}
