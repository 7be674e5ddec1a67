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

/* Reads the objects of the array, which may be NULL, into `policy`. `limit` is
 * for all policies of the report read so far together:
 * PARSER_ERROR_FAILURE_DETAILS. */
bool failure_json_read(MemberReader *reader, ReportPolicy *policy,
	json_t *array, size_t limit, GError **error);

#endif
