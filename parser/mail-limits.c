/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-limits.h"

#include <string.h>

#include "parser/error.h"

/* What has been seen so far. */
typedef struct {
	size_t header_size;
	size_t header_lines;
	size_t boundaries;
	bool in_header;
	/* This header announces a message, so that another one follows. */
	bool announces_message;
} Count;

static bool is_empty(const char *line, size_t length)
{
	return length == 0 || (length == 1 && *line == '\r');
}

/* The type message, in any place of a header, also where its "/" is behind
 * blanks or a comment: to see one too many does no harm. */
static bool contains_message(const char *line, size_t length)
{
	static const char word[] = "message";
	size_t size = strlen(word);

	for (size_t i = 0; i + size <= length; i++) {
		if ((line[i] == 'm' || line[i] == 'M') &&
			g_ascii_strncasecmp(line + i, word, size) == 0 &&
			(i + size == length ||
				strchr("/ \t\r(", line[i + size]) != NULL))
			return true;
	}
	return false;
}

static void count_header_line(Count *count, const char *line, size_t length)
{
	if (is_empty(line, length)) {
		count->in_header = count->announces_message;
		count->announces_message = false;
		return;
	}
	count->header_lines++;
	count->header_size += length + 1;
	if (count->header_size <= MAIL_LIMITS_HEADER_SIZE &&
		contains_message(line, length))
		count->announces_message = true;
}

static void count_line(Count *count, const char *line, size_t length)
{
	if (length >= 2 && line[0] == '-' && line[1] == '-') {
		count->boundaries++;
		count->in_header = true;
		count->announces_message = false;
	} else if (count->in_header) {
		count_header_line(count, line, length);
	}
}

static bool check(const Count *count, GError **error)
{
	if (count->boundaries > MAIL_LIMITS_BOUNDARIES)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_TOO_MANY_PARTS,
			"the message has more than %d lines that may separate "
			"parts",
			MAIL_LIMITS_BOUNDARIES);
	else if (count->header_lines > MAIL_LIMITS_HEADER_LINES)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_HEADERS,
			"the headers of the message have more than %d lines",
			MAIL_LIMITS_HEADER_LINES);
	else if (count->header_size > MAIL_LIMITS_HEADER_SIZE)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_HEADERS,
			"the headers of the message have more than %d bytes",
			MAIL_LIMITS_HEADER_SIZE);
	else
		return true;
	return false;
}

bool mail_limits_check(const uint8_t *data, size_t size, GError **error)
{
	const char *text = (const char *)data;
	Count count = {.in_header = true};
	size_t at = 0;

	while (at < size) {
		const char *line = text + at;
		const char *newline = memchr(line, '\n', size - at);
		size_t length =
			newline != NULL ? (size_t)(newline - line) : size - at;

		count_line(&count, line, length);
		if (!check(&count, error))
			return false;
		at += length + 1;
	}
	return true;
}
