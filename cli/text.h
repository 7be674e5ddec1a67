/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

/* Text for people: escaped, measured in columns, wrapped and coloured. What a
 * report says is hostile and must pass text_escape() before it is printed. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* What the place that text goes to can show. */
typedef struct {
	size_t width;
	bool terminal;
	bool colour;
	bool utf8;
} TextStyle;

typedef enum {
	TEXT_BOLD,
	TEXT_GREEN,
	TEXT_YELLOW,
	TEXT_RED,
} TextColour;

/* The width of the terminal behind a file descriptor, 80 without one; colour
 * on a terminal unless NO_COLOR is set or TERM is "dumb"; UTF-8 as the locale
 * says. */
TextStyle text_get_style(int fd);

/* A copy in which control characters, invisible and direction-changing ones,
 * bytes that are not UTF-8 and, without `utf8`, all that is not ASCII are
 * written as \n, \x1b or \u202e: the result is one line and does nothing to a
 * terminal. The caller frees it. */
char *text_escape(const char *text, bool utf8);

/* The columns that escaped text takes on a terminal. */
size_t text_get_width(const char *text);

/* A copy of escaped text of at most `width` columns: where something had to
 * go, it ends with an ellipsis. The caller frees it. */
char *text_shorten(const char *text, size_t width, bool utf8);

/* Appends escaped text and a newline, broken at blanks so that no line goes
 * over `width`, except with a single word that is longer: the address of a web
 * page must stay whole. The current line has `indent` columns already, those
 * that follow begin with as many blanks. */
void text_append_wrapped(
	GString *out, const char *text, size_t indent, size_t width);

/* Appends escaped text in a colour, or plainly where there is none. */
void text_append_coloured(GString *out, const TextStyle *style,
	TextColour colour, const char *text);

#endif
