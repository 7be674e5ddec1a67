/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_VERDICT_H
#define MILTER_VERDICT_H

/* What becomes of a mail, by what became of its reports. */

/* In rising order of urgency: of a mail with several reports the highest
 * counts. */
#define VERDICT(name, ...) OUTCOME_##name,
typedef enum {
#include "milter/verdict.def"
	OUTCOME_COUNT,
} Outcome;

typedef enum {
	/* The mail goes on to the mailbox. */
	VERDICT_ACCEPT,
	/* As after_store says. */
	VERDICT_AFTER_STORE,
	/* The sender keeps the mail and tries again. */
	VERDICT_TEMPFAIL,
} VerdictAction;

/* `word` stands in the log line; reply code, enhanced code and text are NULL
 * where the MTA's own reply is right. `priority` is one of syslog.h. */
typedef struct {
	const char *word;
	VerdictAction action;
	int priority;
	const char *code;
	const char *enhanced_code;
	const char *text;
} Verdict;

/* Constant. */
const Verdict *verdict_get(Outcome outcome);

#endif
