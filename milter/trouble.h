/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_TROUBLE_H
#define MILTER_TROUBLE_H

/* What is wrong with work that is done again and again: logged when it begins,
 * when it changes and when it is over. */

#include <glib.h>
#include <stdbool.h>

typedef struct {
	/* Stands before each line in the log; constant. */
	const char *work;
	/* NULL while all is well. */
	GError *error;
} Trouble;

/* Takes the error of the last round, NULL when it went well. True when this is
 * news. Where errors name files or messages, these take turns: what is wrong
 * with them counts, and not the text. */
bool trouble_note(Trouble *trouble, GError *error);

void trouble_clear(Trouble *trouble);

#endif
