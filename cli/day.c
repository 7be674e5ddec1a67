/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/day.h"

#include <stdbool.h>
#include <string.h>

enum {
	SECONDS = 86400,
	MAX_DIGITS = 5,
	DATE_LENGTH = sizeof("YYYY-MM-DD") - 1,
};

static char *parse_age(const char *text, int64_t now)
{
	g_autoptr(GDateTime) day = NULL;
	int64_t days = g_ascii_strtoll(text, NULL, 10);

	day = g_date_time_new_from_unix_utc(now - days * SECONDS);
	return day != NULL ? g_date_time_format(day, "%Y-%m-%d") : NULL;
}

static bool is_age(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits <= MAX_DIGITS &&
	       strcmp(text + digits, "d") == 0;
}

static bool is_date(const char *text)
{
	for (size_t i = 0; i < DATE_LENGTH; i++) {
		bool dash = i == 4 || i == 7;

		if (dash ? text[i] != '-' : !g_ascii_isdigit(text[i]))
			return false;
	}
	return text[DATE_LENGTH] == '\0' &&
	       g_date_valid_dmy((GDateDay)g_ascii_strtoll(text + 8, NULL, 10),
		       (GDateMonth)g_ascii_strtoll(text + 5, NULL, 10),
		       (GDateYear)g_ascii_strtoll(text, NULL, 10));
}

char *day_parse(const char *text, int64_t now, GError **error)
{
	char *day = NULL;

	if (is_age(text))
		day = parse_age(text, now);
	else if (is_date(text))
		day = g_strdup(text);
	if (day == NULL)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"\"%s\" is not a day: write YYYY-MM-DD, or 30d for "
			"thirty days ago",
			text);
	return day;
}

bool day_parse_period(
	const char *const texts[2], int64_t now, char *days[2], GError **error)
{
	for (size_t i = 0; i < 2; i++) {
		days[i] = texts[i] != NULL ? day_parse(texts[i], now, error)
					   : NULL;
		if (texts[i] != NULL && days[i] == NULL)
			return false;
	}
	if (days[0] == NULL || days[1] == NULL || strcmp(days[0], days[1]) <= 0)
		return true;
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"--since is after --until");
	return false;
}
