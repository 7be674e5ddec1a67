/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/verdict.h"

#include <stddef.h>
#include <syslog.h>

/* What the MTA answers for an action. A reply text must not contain '%':
 * Sendmail would turn it into a permanent error. */
#define REPLY_ACCEPT NULL, NULL, NULL
#define REPLY_AFTER_STORE NULL, NULL, NULL
#define REPLY_TEMPFAIL                                                         \
	"451", "4.3.0",                                                        \
		"The report cannot be stored now, please try again later"

#define VERDICT(name, word, action, priority)                                  \
	{(word), VERDICT_##action, (priority), REPLY_##action},
static const Verdict verdicts[] = {
#include "milter/verdict.def"
};

const Verdict *verdict_get(Outcome outcome)
{
	return &verdicts[outcome];
}
