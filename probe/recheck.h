/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_RECHECK_H
#define PROBE_RECHECK_H

/* Whether what reporters saw is still so. */

#include <stdint.h>

#include "probe/domain-view.h"

typedef enum {
	RECHECK_STILL,
	/* It was put right, which explains that it is no longer so. */
	RECHECK_REPAIRED,
	/* Nothing like it, and no sign of a change. */
	RECHECK_FINE,
	RECHECK_UNSEEN,
} Recheck;

/* Looks for a result type of RFC 8460 section 4.3, at a host or, with NULL, at
 * any of the domain. `last` is when the last day
 * began that it was seen on, in seconds since 1970.
 * `text` is what to say, as the end of a sentence, which the caller frees. */
Recheck recheck_result(const DomainView *view, const char *result_type,
	const char *host, int64_t last, char **text);

/* Whether a finding is what a result type is about. */
bool recheck_is_about(const char *result_type, FindingCode code);

/* A time in seconds since 1970 as YYYY-MM-DD in UTC. The caller frees it. */
char *recheck_write_day(int64_t time);

/* Whether a policy that a reporter used is another than the one that is
 * published: `lines` end with NULL. */
bool recheck_policy_differs(const DomainView *view, const char *const *lines);

#endif
