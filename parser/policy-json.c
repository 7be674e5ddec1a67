/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/policy-json.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "parser/address.h"
#include "parser/error.h"
#include "parser/failure-json.h"
#include "parser/json-load.h"
#include "parser/policy-string.h"
#include "parser/policy-type.h"
#include "parser/type-name.h"

enum {
	ENTRY_POLICY,
	ENTRY_SUMMARY,
	ENTRY_FAILURES,
};

static const MemberTable entry_table = {
	"policies[].",
	3,
	{
		{"policy", {0}},
		{"summary", {0}},
		{"failure-details", {"failure-detail", "failures"}},
	},
	false,
};

enum {
	POLICY_TYPE,
	POLICY_STRING,
	POLICY_DOMAIN,
	POLICY_MX_HOST,
};

static const MemberTable policy_table = {
	"policies[].policy.",
	4,
	{
		{"policy-type", {0}},
		{"policy-string", {0}},
		{"policy-domain", {0}},
		{"mx-host", {"mx-host-pattern", "policy-mx-host", "mx-hosts"}},
	},
	false,
};

enum {
	SUMMARY_SUCCESSFUL,
	SUMMARY_FAILED,
};

static const MemberTable summary_table = {
	"policies[].summary.",
	2,
	{
		{"total-successful-session-count",
			{"successful-session-count", "total-successful-count",
				"success-aggregate"}},
		{"total-failure-session-count",
			{"failure-session-count", "total-failure-count",
				"failure-aggregate"}},
	},
	false,
};

static const char *const *own_list(Report *report, const GPtrArray *items)
{
	size_t size = items->len * sizeof(char *);
	const char **list = report_alloc(report, size + sizeof(char *));

	if (size > 0)
		memcpy(list, items->pdata, size);
	return list;
}

static void add_text(GPtrArray *items, Report *report, const char *text)
{
	if (*text != '\0')
		g_ptr_array_add(items, (void *)(uintptr_t)report_copy_string(
					       report, text, strlen(text)));
}

static void add_lines(GPtrArray *lines, Report *report, const char *text)
{
	g_auto(GStrv) split = policy_string_split(text);

	for (char **line = split; *line != NULL; line++)
		add_text(lines, report, *line);
}

/* Microsoft writes the TLSA records as one element that is itself the text of
 * a JSON array. */
static bool add_inner_array(
	GPtrArray *lines, MemberObject *policy, const char *text)
{
	g_autoptr(json_t) array = NULL;
	size_t index;
	json_t *element;

	if (*text != '[')
		return false;
	array = json_loads(text, JSON_ALLOW_NUL, NULL);
	if (!json_is_array(array))
		return false;
	json_array_foreach(array, index, element)
	{
		const char *line = NULL;

		if (json_is_string(element))
			line = member_copy_text(policy, POLICY_STRING, element,
				policy->reader->string_size);
		if (line != NULL)
			add_text(lines, policy->reader->report, line);
	}
	return true;
}

static const char *const *read_policy_string(MemberObject *policy)
{
	MemberReader *reader = policy->reader;
	bool single = json_is_string(policy->values[POLICY_STRING]);
	g_autoptr(json_t) array = member_get_array(policy, POLICY_STRING);
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	size_t index;
	json_t *element;

	json_array_foreach(array, index, element)
	{
		const char *text;

		if (!json_is_string(element)) {
			member_reject(policy, POLICY_STRING,
				"holds what is not a string");
			continue;
		}
		text = member_copy_text(
			policy, POLICY_STRING, element, reader->string_size);
		if (text == NULL || add_inner_array(lines, policy, text))
			continue;
		if (single)
			add_lines(lines, reader->report, text);
		else
			add_text(lines, reader->report, text);
	}
	return own_list(reader->report, lines);
}

static void add_host(GPtrArray *hosts, MemberObject *policy, const char *text)
{
	g_autofree char *host = NULL;

	if (g_str_has_prefix(text, "mx:"))
		text += strlen("mx:");
	host = address_canonical_domain(text);
	if (host != NULL)
		add_text(hosts, policy->reader->report, host);
	else
		member_reject(policy, POLICY_MX_HOST,
			"holds what is not a host name");
}

static const char *const *read_mx_host(MemberObject *policy)
{
	MemberReader *reader = policy->reader;
	g_autoptr(json_t) array = member_get_array(policy, POLICY_MX_HOST);
	g_autoptr(GPtrArray) hosts = g_ptr_array_new();
	size_t index;
	json_t *element;

	json_array_foreach(array, index, element)
	{
		const char *text = NULL;

		if (json_is_string(element))
			text = member_copy_text(policy, POLICY_MX_HOST, element,
				MEMBER_NAME_MAX);
		else
			member_reject(policy, POLICY_MX_HOST,
				"holds what is not a string");
		if (text != NULL)
			add_host(hosts, policy, text);
	}
	return own_list(reader->report, hosts);
}

static const char *read_domain(MemberObject *policy, const char *fallback)
{
	Report *report = policy->reader->report;
	const char *text =
		member_get_string(policy, POLICY_DOMAIN, MEMBER_NAME_MAX);
	g_autofree char *domain = NULL;

	if (text != NULL)
		domain = address_canonical_domain(text);
	if (domain != NULL)
		return report_copy_string(report, domain, strlen(domain));
	if (text != NULL)
		member_reject(policy, POLICY_DOMAIN, "not a domain name");
	if (fallback == NULL) {
		member_remark(policy->reader,
			"policies[].policy.policy-domain: missing");
		return "";
	}
	member_remark(policy->reader,
		"policies[].policy.policy-domain: taken from the message");
	return report_copy_string(report, fallback, strlen(fallback));
}

static const char *read_type(MemberObject *policy)
{
	const char *text =
		member_get_string(policy, POLICY_TYPE, MEMBER_NAME_MAX);
	g_autofree char *type = NULL;

	if (text != NULL)
		type = type_name_make_canonical(text);
	if (type == NULL || *type == '\0' ||
		strcmp(type, TYPE_NAME_UNSPECIFIED) == 0) {
		member_remark(policy->reader,
			"policies[].policy.policy-type: missing");
		return TYPE_NAME_UNSPECIFIED;
	}
	if (policy_type_get_info(type) == NULL)
		member_remark(policy->reader,
			"policies[].policy.policy-type: not of RFC 8460");
	return report_copy_string(policy->reader->report, type, strlen(type));
}

static void read_policy(
	ReportPolicy *result, MemberObject *entry, const char *domain)
{
	g_auto(MemberObject) policy;

	member_open(&policy, entry->reader, &policy_table,
		entry->values[ENTRY_POLICY]);
	result->policy_type = read_type(&policy);
	result->policy_string = read_policy_string(&policy);
	result->policy_domain = read_domain(&policy, domain);
	result->mx_host = read_mx_host(&policy);
	if (policy.extra != NULL)
		member_keep(entry, "policy", policy.extra);
}

static void read_summary(ReportPolicy *result, MemberObject *entry)
{
	g_auto(MemberObject) summary;

	member_open(&summary, entry->reader, &summary_table,
		entry->values[ENTRY_SUMMARY]);
	result->successful_sessions =
		member_get_count(&summary, SUMMARY_SUCCESSFUL);
	result->failed_sessions = member_get_count(&summary, SUMMARY_FAILED);
	if (summary.extra != NULL)
		member_keep(entry, "summary", summary.extra);
}

/* Types are not exclusive (RFC 8460 section 4), so that a difference is worth
 * a remark and no more. */
static void compare_sums(
	MemberReader *reader, const ReportPolicy *policy, size_t number)
{
	int64_t sum = 0;

	for (size_t i = 0; i < policy->failure_count; i++) {
		int64_t count = policy->failures[i].failed_sessions;

		sum = count > INT64_MAX - sum ? INT64_MAX : sum + count;
	}
	if (policy->failure_count > 0 && sum != policy->failed_sessions)
		member_remark(reader,
			"policies[%zu]: failure-details add up to %" PRId64
			" sessions, the summary says %" PRId64,
			number, sum, policy->failed_sessions);
}

static bool read_entry(MemberReader *reader, ReportPolicy *policy,
	json_t *value, const ParseLimits *limits, const char *domain,
	GError **error)
{
	g_auto(MemberObject) entry;
	g_autoptr(json_t) failures = NULL;

	member_open(&entry, reader, &entry_table, value);
	if (json_is_object(entry.values[ENTRY_FAILURES]))
		member_remark(reader,
			"policies[].failure-details: an object, not a list");
	read_policy(policy, &entry, domain);
	read_summary(policy, &entry);
	failures = member_get_array(&entry, ENTRY_FAILURES);
	member_reject_elements(&entry, ENTRY_FAILURES, failures);
	if (!failure_json_read(
		    reader, policy, failures, limits->failure_details, error))
		return false;
	policy->extra = member_get_extra(&entry);
	return true;
}

static size_t count_objects(const json_t *array)
{
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(array); i++)
		count += json_is_object(json_array_get(array, i));
	return count;
}

static bool check_count(size_t count, size_t limit, GError **error)
{
	if (count <= limit)
		return true;
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_POLICIES,
		"policies: %zu of them, the limit is %zu (max_policies)", count,
		limit);
	return false;
}

bool policy_json_read(MemberReader *reader, MemberObject *top, size_t index,
	const ParseLimits *limits, const char *domain, GError **error)
{
	g_autoptr(json_t) array = member_get_array(top, index);
	size_t count = count_objects(array);
	Report *report = reader->report;
	ReportPolicy *policies;
	size_t i;
	json_t *value;

	if (!check_count(count, limits->policies, error))
		return false;
	if (count == 0)
		member_remark(reader, "policies: missing or empty");
	if (json_is_object(top->values[index]))
		member_remark(reader, "policies: an object, not a list");
	member_reject_elements(top, index, array);
	policies = report_alloc(report, count * sizeof(*policies));
	report->policies = policies;
	json_array_foreach(array, i, value)
	{
		size_t number = report->policy_count;

		if (!json_is_object(value))
			continue;
		if (!read_entry(reader, &policies[number], value, limits,
			    domain, error))
			return false;
		report->policy_count++;
		compare_sums(reader, &policies[number], number);
	}
	failure_json_remark(reader);
	return true;
}
