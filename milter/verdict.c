/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/verdict.h"

#include <stddef.h>
#include <syslog.h>

/* A reply text must not contain '%': Sendmail would turn it into a permanent
 * error. */
static const Verdict verdicts[] = {
	[OUTCOME_NO_REPORT] = {"no-report", VERDICT_ACCEPT, LOG_DEBUG, NULL,
		NULL, NULL},
	[OUTCOME_STORED] = {"stored", VERDICT_AFTER_STORE, LOG_INFO, NULL, NULL,
		NULL},
	[OUTCOME_DUPLICATE] = {"duplicate", VERDICT_AFTER_STORE, LOG_INFO, NULL,
		NULL, NULL},
	[OUTCOME_CONFLICT] = {"conflict", VERDICT_ACCEPT, LOG_WARNING, NULL,
		NULL, NULL},
	[OUTCOME_REFUSED] = {"refused", VERDICT_ACCEPT, LOG_WARNING, NULL, NULL,
		NULL},
	[OUTCOME_SPOOLED] = {"spooled", VERDICT_AFTER_STORE, LOG_WARNING, NULL,
		NULL, NULL},
	[OUTCOME_UNAVAILABLE] = {"unavailable", VERDICT_TEMPFAIL, LOG_ERR,
		"451", "4.3.0",
		"The report cannot be stored now, please try again later"},
};

const Verdict *verdict_get(Outcome outcome)
{
	return &verdicts[outcome];
}
