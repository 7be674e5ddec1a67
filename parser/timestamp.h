/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_TIMESTAMP_H
#define PARSER_TIMESTAMP_H

/* Date and time as reports write them (RFC 3339 section 5.6). */

#include <stdbool.h>
#include <stdint.h>

/* Room for YYYY-MM-DDTHH:MM:SSZ and a NUL. */
#define TIMESTAMP_SIZE 21

/* How far the text departed from RFC 3339. */
typedef enum {
	TIMESTAMP_EXACT,
	/* No zone: taken as UTC. */
	TIMESTAMP_NO_ZONE,
	/* A date alone: taken as midnight UTC. */
	TIMESTAMP_NO_TIME,
	/* Seconds since 1970-01-01T00:00:00Z. */
	TIMESTAMP_UNIX,
} TimestampForm;

/* Reads an instant into seconds since 1970-01-01T00:00:00Z, rounding a
 * fraction down. Besides RFC 3339 it takes a missing zone, a zone without its
 * colon, a missing time, the hour 24:00:00, the second 60, and Unix seconds of
 * 9 to 11 digits. Years 1970 to 9999. False when the text is anything else; the
 * results are then undefined. */
bool timestamp_parse(const char *text, int64_t *seconds, TimestampForm *form);

/* Writes YYYY-MM-DDTHH:MM:SSZ; `seconds` must be in the years above. */
void timestamp_format(int64_t seconds, char text[TIMESTAMP_SIZE]);

#endif
