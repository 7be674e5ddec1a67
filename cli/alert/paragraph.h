/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_PARAGRAPH_H
#define CLI_ALERT_PARAGRAPH_H

/* Says all of an incident, as fields of a paragraph. */

#include <glib.h>

#include "cli/text.h"
#include "sql/store-alert.h"

/* For what a paragraph is, which decides what it says. */
typedef enum {
	/* News of what is broken. */
	ALERT_PARAGRAPH_NEWS = 1 << 0,
	/* All that is known. */
	ALERT_PARAGRAPH_WHOLE = 1 << 1,
	/* Beside one of these: what to do was said before. */
	ALERT_PARAGRAPH_BRIEF = 1 << 2,
} AlertParagraphPurpose;

/* Appends a label, and beside it text that is escaped already. */
void alert_paragraph_append_field(GString *out, const char *label,
	const char *text, const TextStyle *style);

/* Appends a paragraph of several lines: severity and title, and below them,
 * each with its label, what there is to say. */
void alert_paragraph_append(GString *out, const StoreIncident *incident,
	unsigned purpose, const TextStyle *style);

#endif
