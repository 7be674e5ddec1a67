/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_FAILURE_JSON_H
#define PARSER_FAILURE_JSON_H

/* The failure details of one policy. */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/member.h"
#include "parser/report.h"

/* A member of a failure: its name in JSON, and either `text`, which may be
 * NULL, or `count`, where `text` does not apply. All borrowed. */
typedef struct {
	const char *name;
	const char *text;
	const int64_t *count;
} FailureMember;

/* The member with that index, from 0 in the order in which they are written;
 * false after the last. What has no member of its own is not among them. */
bool failure_json_get_member(
	const ReportFailure *failure, size_t index, FailureMember *member);

/* Reads the objects of the array, which may be NULL, into `policy`. Rows
 * without content are only counted, and the sessions of equal rows are added
 * up. `limit` is for the rows that are left, in all policies of the report read
 * so far together: PARSER_ERROR_FAILURE_DETAILS. */
bool failure_json_read(MemberReader *reader, ReportPolicy *policy,
	json_t *array, size_t limit, GError **error);

/* When all policies are read: remarks on the rows that were not kept. */
void failure_json_remark(MemberReader *reader);

#endif
