/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_TEXT_H
#define CLI_ALERT_TEXT_H

/* Says in words what an incident is about. All that reporters sent is escaped
 * and bounded. */

#include <glib.h>
#include <stdbool.h>

#include "cli/text.h"
#include "sql/store-alert.h"

/* For what a paragraph is, which decides what it says. */
typedef enum {
	/* News of what is broken. */
	ALERT_TEXT_NEWS = 1 << 0,
	/* All that is known. */
	ALERT_TEXT_WHOLE = 1 << 1,
	/* Beside one of these: what to do was said before. */
	ALERT_TEXT_BRIEF = 1 << 2,
} AlertTextPurpose;

/* Whether it is over. */
bool alert_text_is_over(const StoreIncident *incident);

/* Whether senders keep mail and return it because of what is wrong. */
bool alert_text_withholds_mail(const StoreIncident *incident);

/* What is wrong and where, without a full stop: "The certificate has expired
 * at mx1.example.com for 12 domains". In ASCII unless `utf8`. The caller frees
 * it. */
char *alert_text_write_headline(const StoreIncident *incident, bool utf8);

/* Names with newlines between them, escaped, with commas instead, and how many
 * more there are of `count`, NULL: none. The caller frees it. */
char *alert_text_write_names(const char *names, const char *count, bool utf8);

/* Appends a label, and beside it text that is escaped already. */
void alert_text_append_field(GString *out, const char *label, const char *text,
	const TextStyle *style);

/* Failed of all sessions in percent; "-" where there were none. The caller
 * frees it. */
char *alert_text_write_share(const char *failed, const char *sessions);

/* What there is to count and since when, on one line: "12 of 612 sessions
 * failed, since 2026-01-01". The caller frees it. */
char *alert_text_write_figures(const StoreIncident *incident);

/* Appends the number, coloured by severity, the headline, the figures, and who
 * has acknowledged it, as one entry of a list. */
void alert_text_append_line(
	GString *out, const StoreIncident *incident, const TextStyle *style);

/* Appends a paragraph of several lines: severity and title, and below them,
 * each with its label, what there is to say. */
void alert_text_append(GString *out, const StoreIncident *incident,
	unsigned purpose, const TextStyle *style);

#endif
