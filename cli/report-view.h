/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_REPORT_VIEW_H
#define CLI_REPORT_VIEW_H

/* Prints the reports of a mail or file, one behind the other. */

#include <glib.h>
#include <stdbool.h>

#include "cli/text.h"
#include "parser/parser.h"

/* How the reports are shown: as canonical JSON or explained, then with a
 * heading before each or not. `first` until something has been printed. */
typedef struct {
	TextStyle style;
	bool json;
	bool headings;
	bool first;
} ReportView;

/* For what goes to stdout. */
ReportView report_view_new(bool json, bool headings);

/* The limits that do not refuse a report for its age: an old one is no less
 * worth an explanation. */
ParseLimits report_view_get_limits(void);

/* Prints every report, and complains about every part that is none; false when
 * there was one, or no report at all. */
bool report_view_print(
	ReportView *view, const char *path, const ParsedMessage *message);

#endif
