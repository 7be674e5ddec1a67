/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/text.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	DEFAULT_WIDTH = 80,
	/* Narrower than this, wrapping makes text harder to read. */
	MIN_WIDTH = 40,
	MIN_LINE = 16,
	LINE_SEPARATOR = 0x2028,
	PARAGRAPH_SEPARATOR = 0x2029,
};

static const char *const colours[] = {
	[TEXT_BOLD] = "\033[1m",
	[TEXT_GREEN] = "\033[32m",
	/* The yellow of terminals cannot be read on white; this one of 256 can,
	 * and on black. */
	[TEXT_YELLOW] = "\033[38;5;130m",
	[TEXT_RED] = "\033[31m",
};

static size_t terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return DEFAULT_WIDTH;
	return MAX(size.ws_col, MIN_WIDTH);
}

TextStyle text_get_style(int fd)
{
	const char *no_colour = g_getenv("NO_COLOR");
	bool terminal = isatty(fd) != 0;
	bool plain = (no_colour != NULL && *no_colour != '\0') ||
		     g_strcmp0(g_getenv("TERM"), "dumb") == 0;

	return (TextStyle){
		.width = terminal ? terminal_width(fd) : DEFAULT_WIDTH,
		.terminal = terminal,
		.colour = terminal && !plain,
		.utf8 = g_get_charset(NULL),
	};
}

/* g_utf8_next_char() without its cast. */
static const char *next_char(const char *text)
{
	return text + g_utf8_skip[(uint8_t)*text];
}

static bool is_safe(gunichar c, bool utf8)
{
	if (c < 0x80)
		return g_ascii_isprint((char)c);
	return utf8 && g_unichar_isprint(c) && c != LINE_SEPARATOR &&
	       c != PARAGRAPH_SEPARATOR;
}

static void append_escape(GString *out, gunichar c)
{
	if (c == '\n')
		g_string_append(out, "\\n");
	else if (c == '\r')
		g_string_append(out, "\\r");
	else if (c == '\t')
		g_string_append(out, "\\t");
	else if (c < 0x80)
		g_string_append_printf(out, "\\x%02x", c);
	else if (c <= 0xffff)
		g_string_append_printf(out, "\\u%04x", c);
	else
		g_string_append_printf(out, "\\U%08x", c);
}

char *text_escape(const char *text, bool utf8)
{
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		gunichar c = g_utf8_get_char_validated(text, -1);

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", (uint8_t)*text);
			text++;
			continue;
		}
		if (is_safe(c, utf8))
			g_string_append_unichar(out, c);
		else
			append_escape(out, c);
		text = next_char(text);
	}
	return g_string_free(out, FALSE);
}

static size_t char_width(gunichar c)
{
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

size_t text_get_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text = next_char(text))
		width += char_width(g_utf8_get_char(text));
	return width;
}

/* The bytes of the longest beginning that fits into `width` columns. */
static size_t fitting_length(const char *text, size_t width)
{
	const char *end = text;

	while (*end != '\0') {
		size_t columns = char_width(g_utf8_get_char(end));

		if (columns > width)
			break;
		width -= columns;
		end = next_char(end);
	}
	return (size_t)(end - text);
}

char *text_shorten(const char *text, size_t width, bool utf8)
{
	const char *ellipsis = utf8 ? "\u2026" : "...";
	size_t reserved = utf8 ? 1 : 3;
	size_t length = fitting_length(text, width);
	g_autofree char *head = NULL;

	if (text[length] == '\0')
		return g_strdup(text);
	if (width <= reserved)
		return g_strndup(text, length);
	length = fitting_length(text, width - reserved);
	head = g_strndup(text, length);
	return g_strconcat(head, ellipsis, NULL);
}

static void append_newline(GString *out, size_t indent)
{
	g_string_append_printf(out, "\n%*s", (int)indent, "");
}

/* Appends one word to a line of which `*used` of `room` columns are taken. */
static void append_word(GString *out, const char *word, size_t indent,
	size_t room, size_t *used)
{
	size_t width = text_get_width(word);

	if (*used > 0 && *used + 1 + width > room) {
		append_newline(out, indent);
		*used = 0;
	} else if (*used > 0) {
		g_string_append_c(out, ' ');
		*used += 1;
	}
	g_string_append(out, word);
	*used += width;
}

void text_append_wrapped(
	GString *out, const char *text, size_t indent, size_t width)
{
	size_t room = width > indent + MIN_LINE ? width - indent : MIN_LINE;
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	size_t used = 0;

	for (size_t i = 0; words[i] != NULL; i++) {
		if (words[i][0] != '\0')
			append_word(out, words[i], indent, room, &used);
	}
	g_string_append_c(out, '\n');
}

void text_append_coloured(GString *out, const TextStyle *style,
	TextColour colour, const char *text)
{
	if (style->colour)
		g_string_append_printf(
			out, "%s%s\033[0m", colours[colour], text);
	else
		g_string_append(out, text);
}
