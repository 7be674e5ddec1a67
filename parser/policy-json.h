/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_POLICY_JSON_H
#define PARSER_POLICY_JSON_H

/* The policies of a report and their failure details. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/member.h"
#include "parser/parser.h"

/* Reads the list that is member `index` of the report into reader->report.
 * `domain`, canonical or NULL, is for policies that name none. Errors:
 * PARSER_ERROR_POLICIES, PARSER_ERROR_FAILURE_DETAILS. */
bool policy_json_read(MemberReader *reader, MemberObject *top, size_t index,
	const ParseLimits *limits, const char *domain, GError **error);

#endif
