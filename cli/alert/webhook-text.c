/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook-text.h"

#include <string.h>

/* A blank without width, so that nobody of that name is called. */
#define AT "@\342\200\213"

static const char shortened[] = "[shortened: see tlsreport alert list]\n";

const char *webhook_text_plain(char character)
{
	return character == '@' ? AT : NULL;
}

static const char *escape_angles(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return webhook_text_plain(character);
	}
}

const char *webhook_text_mrkdwn(char character)
{
	return character == '`' ? "'" : escape_angles(character);
}

const char *webhook_text_html(char character)
{
	return character == '"' ? "&quot;" : escape_angles(character);
}

void webhook_text_append(GString *out, const char *text, WebhookEscape *escape)
{
	for (; *text != '\0'; text++) {
		const char *instead = escape(*text);

		if (instead != NULL)
			g_string_append(out, instead);
		else
			g_string_append_c(out, *text);
	}
}

void webhook_text_append_lines(
	GString *out, const char *text, size_t most, WebhookEscape *escape)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	size_t start = out->len;

	for (char **line = lines; *line != NULL; line++) {
		size_t before = out->len;

		/* What follows the last newline. */
		if (**line == '\0' && line[1] == NULL)
			return;
		webhook_text_append(out, *line, escape);
		g_string_append_c(out, '\n');
		if (out->len - start > most) {
			g_string_truncate(out, before);
			g_string_append(out, shortened);
			return;
		}
	}
}

char *webhook_text_cut(const char *text, size_t most)
{
	size_t length = strnlen(text, most + 1);

	if (length > most) {
		length = most;
		while (length > 0 &&
			((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	return g_strndup(text, length);
}
