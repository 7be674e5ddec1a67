/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_TEXT_H
#define CLI_ALERT_TEXT_H

/* Says in words what an incident is about. All that reporters sent is escaped
 * and bounded. */

#include <glib.h>
#include <stdbool.h>

#include "cli/text.h"
#include "sql/store-alert.h"

/* Whether it is over. */
bool alert_text_is_over(const StoreIncident *incident);

/* Whether senders keep mail and return it because of what is wrong. */
bool alert_text_withholds_mail(const StoreIncident *incident);

/* Whether it is about a reporter that has fallen silent. */
bool alert_text_is_silence(const StoreIncident *incident);

/* Red, yellow, or green when it is over. */
TextColour alert_text_get_colour(const StoreIncident *incident);

/* Foreign text, escaped and bounded. In ASCII unless `utf8`. The
 * caller frees it. */
char *alert_text_clean(const char *text, bool utf8);

/* What is wrong, without where. The caller frees it. */
char *alert_text_write_title(const StoreIncident *incident, bool utf8);

/* What is wrong and where, without a full stop: "The certificate has expired
 * at mx1.example.com for 12 domains". In ASCII unless `utf8`. The caller frees
 * it. */
char *alert_text_write_headline(const StoreIncident *incident, bool utf8);

/* Names with newlines between them, escaped, with commas instead, and how many
 * more there are of `count`, NULL: none. The caller frees it. */
char *alert_text_write_names(const char *names, const char *count, bool utf8);

/* Failed of all sessions in percent; "-" where there were none. The caller
 * frees it. */
char *alert_text_write_share(const char *failed, const char *sessions);

/* The days that the reports of one that is over are about, NULL: it is not. The
 * caller frees it. */
char *alert_text_write_days(const StoreIncident *incident);

/* "12 of 612 sessions, 2 %"; NULL where nothing was counted. The caller frees
 * it. */
char *alert_text_write_sessions(const StoreIncident *incident);

/* What there is to count and since when, on one line: "12 of 612 sessions
 * failed, since 2026-01-01". The caller frees it. */
char *alert_text_write_figures(const StoreIncident *incident);

/* Appends the number, coloured by severity, the headline, the figures, and who
 * has acknowledged it, as one entry of a list. */
void alert_text_append_line(
	GString *out, const StoreIncident *incident, const TextStyle *style);

#endif
