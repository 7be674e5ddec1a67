/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_FINDING_H
#define PROBE_FINDING_H

/* What is wrong with a domain, or worth knowing: one table of all that can be
 * said, with codes that users may rely on. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
	FINDING_OK,
	FINDING_NOTICE,
	/* Only a verdict: something could not be looked at. */
	FINDING_UNKNOWN,
	FINDING_WARNING,
	FINDING_CRITICAL,
} FindingSeverity;

typedef enum {
#define FINDING(name, ...) FINDING_##name,
#include "probe/finding.def"
#undef FINDING
	FINDING_COUNT,
} FindingCode;

/* One of the table, constant. `rises`: a policy that is enforced makes it
 * critical. */
typedef struct {
	const char *code;
	FindingSeverity severity;
	bool rises;
	const char *why;
	const char *remedy;
	const char *reference;
} FindingInfo;

/* `where` is a host, a name of the DNS or a URL; `text` says what was expected
 * and found, and why it matters; `remedy` what to do, and on lines of their own
 * what to publish or run. Text from outside is escaped and shortened in all. */
typedef struct {
	FindingCode code;
	FindingSeverity severity;
	char *where;
	char *text;
	char *remedy;
} Finding;

/* All of the table, in its order: FINDING_COUNT. */
const FindingInfo *finding_get_info(FindingCode code);

/* "ok", "notice", "unknown", "warning" or "critical". */
const char *finding_severity_name(FindingSeverity severity);

/* Adds one to the list of Finding, with the sentence that says what was found;
 * the list owns it. */
Finding *finding_add(GPtrArray *findings, FindingCode code, const char *where,
	const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Adds to the remedy, on a line of its own, what is to be published or run. */
void finding_add_line(Finding *finding, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* An empty list. */
GPtrArray *finding_new_list(void);

/* The worst first; those alike in the order of the table, then by place. */
void finding_sort(GPtrArray *findings);

#endif
