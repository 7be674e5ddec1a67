/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_REPORT_JSON_H
#define PARSER_REPORT_JSON_H

/* JSON to the model (RFC 8460 section 4.4), lenient about form. */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/parser.h"
#include "parser/report.h"

enum {
	/* Where a mail may name the policy domain. */
	REPORT_HINTS_DOMAINS = 3,
};

/* What stands around the JSON in a mail; used where the JSON says nothing, and
 * compared with it. Canonical domains or NULL, the most trustworthy first;
 * `period_start` in Unix seconds or -1. Borrowed. */
typedef struct {
	const char *policy_domains[REPORT_HINTS_DOMAINS];
	const char *submitter;
	int64_t period_start;
	bool trailing_bytes;
	bool utf16;
	/* Names of members are those of json_names_shorten(). */
	bool short_names;
} ReportHints;

/* Reads one report, which is borrowed. `received` as in parser_parse_message().
 * A report is refused, with a code of parser/error.h, only when it is no
 * object, exceeds a limit or lacks what identifies it: a report-id and a date
 * range. `is_report` tells, also on failure, whether the JSON had the members
 * of a report at all. The caller owns the report. */
Report *report_json_parse(json_t *value, const ParseLimits *limits,
	const ReportHints *hints, int64_t received, bool *is_report,
	GError **error);

#endif
