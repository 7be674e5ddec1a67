/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_STS_POLICY_H
#define PROBE_STS_POLICY_H

/* The file of an MTA-STS policy, read as strictly as RFC 8461 section 3.2
 * wants it; what reporters quote of it, parser/policy-string.h reads. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/policy-string.h"

enum {
	/* Bytes, as section 3.3 suggests, and patterns. */
	STS_POLICY_MAX = 65536,
	STS_POLICY_MX_MAX = 1000,
	/* Seconds (section 3.2). */
	STS_POLICY_AGE_MAX = 31557600,
};

/* `values` has what could be read, its patterns in lower case; `problems`,
 * which ends with NULL, what is missing or wrong. */
typedef struct {
	PolicySts values;
	char **problems;
} StsPolicy;

/* Reads the file. Clear with sts_policy_clear(). */
void sts_policy_parse(const char *bytes, size_t length, StsPolicy *policy);
void sts_policy_clear(StsPolicy *policy);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StsPolicy, sts_policy_clear)

/* Whether a pattern covers a host: the name itself, or "*." and then all labels
 * of the host but exactly one (section 4.1). */
bool sts_policy_pattern_covers(const char *pattern, const char *host);

/* Whether any of the patterns does. */
bool sts_policy_covers(const StsPolicy *policy, const char *host);

#endif
