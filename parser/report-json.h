/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_REPORT_JSON_H
#define PARSER_REPORT_JSON_H

/* JSON text to the model (RFC 8460 section 4.4), lenient about form. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/parser.h"
#include "parser/report.h"

/* What stands around the JSON in a mail; used where the JSON says nothing.
 * Canonical domains or NULL; borrowed. */
typedef struct {
	const char *policy_domain;
	const char *submitter;
	bool trailing_bytes;
} ReportHints;

/* Reads one report. `arrival` as in parser_parse_message(). A report is
 * refused, with a code of parser/error.h, only when it is not JSON, exceeds a
 * limit or lacks what identifies it: a report-id and a date range.
 * `is_report` tells, also on failure, whether the JSON had the members of a
 * report at all. The caller owns the report. */
Report *report_json_parse(GBytes *json, const ParseLimits *limits,
	const ReportHints *hints, int64_t arrival, bool *is_report,
	GError **error);

#endif
