/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/timestamp.h"

#include <glib.h>
#include <string.h>

enum {
	DAY = 86400,
	HOUR = 3600,
	MINUTE = 60,
	UNIX_DIGITS_MIN = 9,
	UNIX_DIGITS_MAX = 11,
};

static const int64_t LAST_SECOND = INT64_C(253402300799);

/* Reads exactly `digits` digits. As all scan_ functions it leaves the text
 * after what it has read. */
static bool scan_number(const char **text, int digits, int *number)
{
	*number = 0;
	for (int i = 0; i < digits; i++) {
		if (!g_ascii_isdigit(**text))
			return false;
		*number = *number * 10 + (**text - '0');
		(*text)++;
	}
	return true;
}

static bool scan_char(const char **text, const char *allowed)
{
	if (**text == '\0' || strchr(allowed, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

static bool scan_date(const char **text, int64_t *seconds)
{
	int year;
	int month;
	int day;
	GDate date;

	if (!scan_number(text, 4, &year) || !scan_char(text, "-") ||
		!scan_number(text, 2, &month) || !scan_char(text, "-") ||
		!scan_number(text, 2, &day))
		return false;
	if (year < 1970 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month,
				   (GDateYear)year))
		return false;
	g_date_set_dmy(
		&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	/* 1970-01-01 is Julian day 719163. */
	*seconds = ((int64_t)g_date_get_julian(&date) - 719163) * DAY;
	return true;
}

static bool scan_time(const char **text, int64_t *seconds)
{
	int hour;
	int minute;
	int second;

	if (!scan_number(text, 2, &hour) || !scan_char(text, ":") ||
		!scan_number(text, 2, &minute) || !scan_char(text, ":") ||
		!scan_number(text, 2, &second))
		return false;
	if (scan_char(text, ".,")) {
		if (!g_ascii_isdigit(**text))
			return false;
		while (g_ascii_isdigit(**text))
			(*text)++;
	}
	*seconds = (int64_t)hour * HOUR + minute * MINUTE + second;
	return minute < 60 && second <= 60 &&
	       (hour < 24 || *seconds == 24 * HOUR);
}

static bool scan_zone(const char **text, int64_t *offset, TimestampForm *form)
{
	int sign = **text == '-' ? -1 : 1;
	int hour;
	int minute;

	*offset = 0;
	if (**text == '\0') {
		*form = TIMESTAMP_NO_ZONE;
		return true;
	}
	if (scan_char(text, "Zz"))
		return true;
	if (!scan_char(text, "+-") || !scan_number(text, 2, &hour))
		return false;
	scan_char(text, ":");
	if (!scan_number(text, 2, &minute))
		return false;
	*offset = sign * ((int64_t)hour * HOUR + minute * MINUTE);
	return hour < 24 && minute < 60;
}

/* So many digits are no year, and mean a time from 1973 on. */
static bool parse_unix(const char *text, int64_t *seconds)
{
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits;

	if (digits < UNIX_DIGITS_MIN || digits > UNIX_DIGITS_MAX)
		return false;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	*seconds = g_ascii_strtoll(text, NULL, 10);
	return *rest == '\0';
}

bool timestamp_parse(const char *text, int64_t *seconds, TimestampForm *form)
{
	int64_t date;
	int64_t time;
	int64_t offset;

	*form = TIMESTAMP_UNIX;
	if (parse_unix(text, seconds))
		return true;
	*form = TIMESTAMP_EXACT;
	if (!scan_date(&text, &date))
		return false;
	if (*text == '\0') {
		*form = TIMESTAMP_NO_TIME;
		*seconds = date;
		return true;
	}
	if (!scan_char(&text, "Tt ") || !scan_time(&text, &time) ||
		!scan_zone(&text, &offset, form) || *text != '\0')
		return false;
	*seconds = date + time - offset;
	return *seconds >= 0 && *seconds <= LAST_SECOND;
}

void timestamp_format(int64_t seconds, char text[TIMESTAMP_SIZE])
{
	int64_t second = seconds % DAY;
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)(seconds / DAY + 719163));
	g_snprintf(text, TIMESTAMP_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		g_date_get_year(&date), g_date_get_month(&date),
		g_date_get_day(&date), (int)(second / HOUR),
		(int)(second % HOUR / MINUTE), (int)(second % MINUTE));
}
