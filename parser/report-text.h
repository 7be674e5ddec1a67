/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_REPORT_TEXT_H
#define PARSER_REPORT_TEXT_H

/* All reports of one JSON text. RFC 8460 has one, but lists of them, and
 * several behind each other, are sent too. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/report-json.h"

enum {
	/* Reports in one text. */
	REPORT_TEXT_MAX = 1000,
};

/* Either `report` or `error` is set; `is_report` as in report_json_parse(). */
typedef struct {
	Report *report;
	GError *error;
	bool is_report;
} ReportTextResult;

/* Reads UTF-8, or UTF-16 with a byte order mark. The caller owns the array of
 * ReportTextResult, which has at least one: the reports, and of those that are
 * refused the first only. The errors are those of report_json_parse() and
 * json_load_bytes(), and PARSER_ERROR_TOO_MANY_REPORTS. */
GPtrArray *report_text_parse_all(GBytes *json, const ParseLimits *limits,
	const ReportHints *hints, int64_t received);

#endif
