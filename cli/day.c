/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/day.h"

#include <stdbool.h>
#include <string.h>

enum {
	MAX_DIGITS = 5,
	MIN_YEAR = 1000,
	DATE_LENGTH = sizeof("YYYY-MM-DD") - 1,
};

static const struct {
	const char *name;
	int days;
} names[] = {
	{"today", 0},
	{"yesterday", 1},
};

/* How long before now, and the calendar's months and years. */
static GDateTime *go_back(GDateTime *now, int count, char unit)
{
	switch (unit) {
	case 'h':
		return g_date_time_add_hours(now, -count);
	case 'd':
		return g_date_time_add_days(now, -count);
	case 'w':
		return g_date_time_add_weeks(now, -count);
	case 'm':
		return g_date_time_add_months(now, -count);
	default:
		return g_date_time_add_years(now, -count);
	}
}

/* The day of that moment; NULL where it is not in a year of four digits. */
static char *write_age(int64_t now, int count, char unit)
{
	g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime) day =
		from != NULL ? go_back(from, count, unit) : NULL;

	if (day == NULL || g_date_time_get_year(day) < MIN_YEAR)
		return NULL;
	return g_date_time_format(day, "%Y-%m-%d");
}

/* As "30d"; NULL for anything else. */
static char *parse_age(const char *text, int64_t now)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > MAX_DIGITS || text[digits] == '\0' ||
		strchr("hdwmy", text[digits]) == NULL ||
		text[digits + 1] != '\0')
		return NULL;
	return write_age(
		now, (int)g_ascii_strtoll(text, NULL, 10), text[digits]);
}

static char *parse_name(const char *text, int64_t now)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_ascii_strcasecmp(text, names[i].name) == 0)
			return write_age(now, names[i].days, 'd');
	}
	return NULL;
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
	char *day = is_date(text) ? g_strdup(text) : parse_name(text, now);

	if (day == NULL)
		day = parse_age(text, now);
	if (day == NULL)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"\"%s\" is not a day: write YYYY-MM-DD, today, "
			"yesterday, or how long ago: 24h, 30d, 2w, 3m or 1y",
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

int64_t day_get_start(const char *day)
{
	g_autofree char *text =
		g_strconcat(day != NULL ? day : "", "T00:00:00Z", NULL);
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, NULL);

	return date != NULL ? g_date_time_to_unix(date) : 0;
}
