/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_DAY_H
#define CLI_DAY_H

/* Days as people write them on a command line. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* YYYY-MM-DD, "today", "yesterday", or how long before `now` (Unix seconds) in
 * hours, days, weeks, months or years, such as "24h", "30d", "2w", "3m" and
 * "1y": the day of that moment in UTC. Becomes YYYY-MM-DD, which the caller
 * frees. NULL and an error of G_OPTION_ERROR for anything else. */
char *day_parse(const char *text, int64_t now, GError **error);

/* The same for the first and the last day of a period, of which either text may
 * be NULL, as is then its day; also false where the first is after the last. */
bool day_parse_period(
	const char *const texts[2], int64_t now, char *days[2], GError **error);

/* When a day YYYY-MM-DD begins, in Unix seconds; 0 for NULL and what is no
 * day. */
int64_t day_get_start(const char *day);

#endif
