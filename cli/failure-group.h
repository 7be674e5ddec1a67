/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_FAILURE_GROUP_H
#define CLI_FAILURE_GROUP_H

/* The failures of a policy by result type: what a person wants to see of a
 * hundred thousand rows. */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/report.h"

/* What the rows of a group say differently. FAILURE_FACT_MX is the host name,
 * or the greeting where there is no name. */
typedef enum {
	FAILURE_FACT_MX,
	FAILURE_FACT_MX_ADDRESS,
	FAILURE_FACT_SENDER,
	FAILURE_FACT_REASON,
	FAILURE_FACT_INFORMATION,
	FAILURE_FACT_COUNT,
} FailureFact;

/* One value and the sessions of all rows with it, capped at INT64_MAX. */
typedef struct {
	const char *text;
	int64_t sessions;
} FailureValue;

/* The texts are those of the report. `facts` are arrays of FailureValue, each
 * text once, the one with most sessions first. */
typedef struct {
	const char *result_type;
	int64_t sessions;
	GPtrArray *facts[FAILURE_FACT_COUNT];
} FailureGroup;

/* An array of FailureGroup, the one with most sessions first. The caller owns
 * it; it must not outlive the report. */
GPtrArray *failure_group_collect(const ReportPolicy *policy);

#endif
