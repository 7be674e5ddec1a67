/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_RESULT_TYPE_H
#define PARSER_RESULT_TYPE_H

/* What the result types of RFC 8460 section 4.3 mean and what to do about
 * them. */

#include <stddef.h>

typedef enum {
	RESULT_TYPE_WARNING,
	RESULT_TYPE_CRITICAL,
} ResultTypeSeverity;

/* Constant text. `category` is one word: negotiation, dane or mta-sts. */
typedef struct {
	const char *name;
	const char *category;
	ResultTypeSeverity severity;
	const char *title;
	const char *explanation;
	const char *remedy;
} ResultTypeInfo;

/* The entry of a result type in canonical spelling (lower case, hyphens), or
 * NULL for one that is not registered: the list may grow (section 4.3). */
const ResultTypeInfo *result_type_get_info(const char *name);

/* All entries, in the order of the RFC. */
const ResultTypeInfo *result_type_get_all(size_t *count);

/* "warning" or "critical". */
const char *result_type_severity_name(ResultTypeSeverity severity);

#endif
