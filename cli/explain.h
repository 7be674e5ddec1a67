/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

/* A report in the words of people who do not know RFC 8460: who reports what
 * day, how many sessions reached TLS, and of each kind of failure what it
 * means for the mail and what to do. */

#include "cli/text.h"
#include "parser/report.h"

/* The caller frees the text; its last line is ended. Its size is bounded by
 * the policies and result types of the report: of long lists and values only
 * the beginning is shown. */
char *explain_report(const Report *report, const TextStyle *style);

#endif
