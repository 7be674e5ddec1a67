/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/failure-json.h"

#include <string.h>

#include "parser/address.h"
#include "parser/error.h"
#include "parser/failure-list.h"
#include "parser/result-type.h"
#include "parser/type-name.h"

static const MemberTable failure_table = {
	"policies[].failure-details[].",
	8,
	{
		{"result-type", {0}},
		{"sending-mta-ip", {0}},
		{"receiving-mx-hostname", {0}},
		{"receiving-mx-helo", {0}},
		{"receiving-ip", {0}},
		{"failed-session-count", {"failed-sessions-count"}},
		{"additional-information",
			{"additional-info-uri", "additional-information-uri"}},
		{"failure-reason-code",
			{"failure-error-code", "failure-reason"}},
	},
	true,
};

/* Of the names that are known there is one copy for all. */
static const char *read_result_type(MemberObject *object, size_t index)
{
	MemberReader *reader = object->reader;
	const char *text = member_borrow_string(object, index, MEMBER_NAME_MAX);
	const ResultTypeInfo *info = NULL;
	g_autofree char *type = NULL;

	if (text != NULL)
		info = result_type_get_info(text);
	if (info != NULL)
		return info->name;
	if (text != NULL)
		type = type_name_make_canonical(text);
	if (type == NULL || *type == '\0' ||
		strcmp(type, TYPE_NAME_UNSPECIFIED) == 0) {
		member_remark(
			reader, "%sresult-type: missing", failure_table.where);
		return TYPE_NAME_UNSPECIFIED;
	}
	info = result_type_get_info(type);
	if (info != NULL)
		return info->name;
	member_remark(
		reader, "%sresult-type: not of RFC 8460", failure_table.where);
	return report_copy_string(reader->report, type, strlen(type));
}

static const char *read_address(MemberObject *object, size_t index)
{
	const char *text = member_borrow_string(object, index, MEMBER_NAME_MAX);
	char address[ADDRESS_SIZE];

	if (text == NULL)
		return NULL;
	if (!address_canonical(text, address)) {
		member_reject(object, index, "not an IP address");
		return NULL;
	}
	return report_copy_string(
		object->reader->report, address, strlen(address));
}

static const char *read_hostname(MemberObject *object, size_t index)
{
	const char *text = member_borrow_string(object, index, MEMBER_NAME_MAX);
	Report *report = object->reader->report;
	g_autofree char *host = NULL;

	if (text == NULL)
		return NULL;
	if (address_is_canonical_domain(text))
		return report_copy_string(report, text, strlen(text));
	host = address_canonical_domain(text);
	if (host == NULL) {
		member_reject(object, index, "not a host name");
		return NULL;
	}
	return report_copy_string(report, host, strlen(host));
}

/* Some reporters put the whole EHLO reply there; its first line is the
 * name. */
static const char *read_helo(MemberObject *object, size_t index)
{
	const char *text =
		member_get_string(object, index, object->reader->string_size);
	size_t length;

	if (text == NULL)
		return NULL;
	length = strcspn(text, "\r\n");
	if (text[length] != '\0')
		member_reject(object, index,
			"more than one line, the first one counts");
	return member_copy_cut(object, index, text, length, MEMBER_NAME_MAX);
}

static const char *read_text(MemberObject *object, size_t index)
{
	return member_get_string(object, index, object->reader->string_size);
}

/* In the order of the table above; what is not read as text is a count. */
static const struct {
	size_t offset;
	const char *(*read)(MemberObject *object, size_t index);
} members[] = {
	{offsetof(ReportFailure, result_type), read_result_type},
	{offsetof(ReportFailure, sending_mta_ip), read_address},
	{offsetof(ReportFailure, receiving_mx_hostname), read_hostname},
	{offsetof(ReportFailure, receiving_mx_helo), read_helo},
	{offsetof(ReportFailure, receiving_ip), read_address},
	{offsetof(ReportFailure, failed_sessions), NULL},
	{offsetof(ReportFailure, additional_information), read_text},
	{offsetof(ReportFailure, failure_reason_code), read_text},
};

static void read_member(
	ReportFailure *failure, MemberObject *object, size_t index)
{
	void *member = (char *)failure + members[index].offset;

	if (members[index].read == NULL)
		*(int64_t *)member = member_get_count(object, index);
	else
		*(const char **)member = members[index].read(object, index);
}

static void read_failure(
	MemberReader *reader, ReportFailure *failure, json_t *value)
{
	g_auto(MemberObject) object;

	member_open(&object, reader, &failure_table, value);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		read_member(failure, &object, i);
	failure->extra = member_get_extra(&object);
}

bool failure_json_get_member(
	const ReportFailure *failure, size_t index, FailureMember *member)
{
	const void *at;

	if (index >= G_N_ELEMENTS(members))
		return false;
	at = (const char *)failure + members[index].offset;
	*member = (FailureMember){.name = failure_table.names[index].name};
	if (members[index].read == NULL)
		member->count = at;
	else
		member->text = *(const char *const *)at;
	return true;
}

/* Nothing is known of what failed, and how often. */
static bool is_empty(const ReportFailure *failure)
{
	return failure->failed_sessions == 0 &&
	       g_strcmp0(failure->result_type, TYPE_NAME_UNSPECIFIED) == 0 &&
	       failure->sending_mta_ip == NULL &&
	       failure->receiving_mx_hostname == NULL &&
	       failure->receiving_mx_helo == NULL &&
	       failure->receiving_ip == NULL &&
	       failure->additional_information == NULL &&
	       failure->failure_reason_code == NULL && failure->extra == NULL;
}

static void add_failure(MemberReader *reader, FailureList *list, json_t *value)
{
	ReportFailure failure = {0};

	if (json_object_size(value) > 0)
		read_failure(reader, &failure, value);
	if (json_object_size(value) == 0 || is_empty(&failure))
		reader->empty_failures++;
	else if (failure_list_add(list, &failure))
		reader->failure_count++;
	else
		reader->equal_failures++;
}

bool failure_json_read(MemberReader *reader, ReportPolicy *policy,
	json_t *array, size_t limit, GError **error)
{
	g_autoptr(FailureList) list = failure_list_new();
	size_t index;
	json_t *value;

	json_array_foreach(array, index, value)
	{
		if (json_is_object(value))
			add_failure(reader, list, value);
		if (reader->failure_count > limit) {
			g_set_error(error, PARSER_ERROR,
				PARSER_ERROR_FAILURE_DETAILS,
				"failure-details: more than %zu of them "
				"(max_failure_details)",
				limit);
			return false;
		}
	}
	failure_list_write(list, reader->report, policy);
	return true;
}

void failure_json_remark(MemberReader *reader)
{
	if (reader->empty_failures > 0)
		member_remark(reader,
			"policies[].failure-details: rows without content, "
			"left out: %zu",
			reader->empty_failures);
	if (reader->equal_failures > 0)
		member_remark(reader,
			"policies[].failure-details: rows added to equal "
			"ones: %zu",
			reader->equal_failures);
}
