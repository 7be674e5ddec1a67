/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

/* A report in the words of people who do not know RFC 8460: who reports what
 * day, how many sessions reached TLS, and of each kind of failure what it
 * means for the mail and what to do. */

#include <stdbool.h>

#include "parser/report.h"

/* What a line is. Fields are those of the heading before them, which is one of
 * the first four. */
typedef enum {
	EXPLAIN_TITLE,
	EXPLAIN_POLICY,
	EXPLAIN_FAILURE,
	EXPLAIN_SECTION,
	EXPLAIN_SENTENCE,
	EXPLAIN_ITEM,
	EXPLAIN_FIELD,
} ExplainKind;

typedef enum {
	EXPLAIN_PLAIN,
	EXPLAIN_GOOD,
	EXPLAIN_WARNING,
	EXPLAIN_BAD,
} ExplainTone;

/* The text has passed text_escape(); only a field has a label. */
typedef struct {
	ExplainKind kind;
	ExplainTone tone;
	const char *label;
	const char *text;
} ExplainLine;

/* Takes one line, which is borrowed. */
typedef void ExplainWrite(void *target, const ExplainLine *line);

/* Writes line by line. The size is bounded by the policies and result types of
 * the report: of long lists and values only the beginning is written. */
void explain_report(
	const Report *report, bool utf8, ExplainWrite *write, void *target);

/* How a stored report came; `signer` is empty where it is unauthenticated. */
typedef struct {
	const char *report_key;
	const char *received_at;
	const char *received_by;
	const char *signer;
} ExplainOrigin;

void explain_origin(const ExplainOrigin *origin, bool utf8, ExplainWrite *write,
	void *target);

#endif
