/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_TEXT_H
#define CLI_ALERT_TEXT_H

/* Says in words what an alert is about. All that reporters sent is escaped and
 * bounded. */

#include <glib.h>
#include <stdbool.h>

#include "cli/text.h"
#include "sql/store-alert.h"

/* For what a paragraph is, which decides what it says. */
typedef enum {
	/* News of what is broken, and of what is over. */
	ALERT_TEXT_BROKEN = 1 << 0,
	ALERT_TEXT_OVER = 1 << 1,
	/* All that is known. */
	ALERT_TEXT_WHOLE = 1 << 2,
	/* Beside one of these: the remedy was given before. */
	ALERT_TEXT_BRIEF = 1 << 3,
} AlertTextPurpose;

/* Whether it is news of something that is over. */
bool alert_text_is_over(const StoreAlert *alert);

/* Whether senders keep mail and return it because of what is wrong. */
bool alert_text_withholds_mail(const StoreAlert *alert);

/* What is wrong and where, without a full stop: "The certificate has expired
 * at mx1.example.com". In ASCII unless `utf8`. The caller frees it. */
char *alert_text_write_headline(const StoreAlert *alert, bool utf8);

/* Appends a paragraph of several lines: severity and title, and below them,
 * each with its label, what there is to say. */
void alert_text_append(GString *out, const StoreAlert *alert, unsigned purpose,
	const TextStyle *style);

/* Ascending numbers with blanks between them, "3 4 5 9", as they are
 * acknowledged: "3-5 9". The caller frees the text. */
char *alert_text_write_ids(const char *ids);

#endif
