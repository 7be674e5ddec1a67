/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/quote.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "parser/address.h"

/* C0, DEL and C1 controls, and the marks that reorder a line. */
static bool is_plain(gunichar c)
{
	if (c == '"' || c == '\\' || c == 0x2028 || c == 0x2029)
		return false;
	return !g_unichar_iscntrl(c) && g_unichar_type(c) != G_UNICODE_FORMAT;
}

static size_t append_char(GString *quoted, const char *text, size_t left)
{
	gunichar c = g_utf8_get_char_validated(text, (gssize)left);
	size_t size = 1;

	if (c != (gunichar)-1 && c != (gunichar)-2)
		size = (size_t)g_unichar_to_utf8(c, NULL);
	if (c != (gunichar)-1 && c != (gunichar)-2 && is_plain(c)) {
		g_string_append_len(quoted, text, (gssize)size);
		return size;
	}
	if (c == '"' || c == '\\') {
		g_string_append_printf(quoted, "\\%c", *text);
		return size;
	}
	for (size_t i = 0; i < size; i++)
		g_string_append_printf(
			quoted, "\\x%02x", (unsigned)(unsigned char)text[i]);
	return size;
}

char *quote_text(const char *text, size_t length, size_t limit)
{
	GString *quoted = g_string_new("\"");
	size_t at = 0;

	while (at < length && at < limit)
		at += append_char(quoted, text + at, length - at);
	g_string_append(quoted, at < length ? "...\"" : "\"");
	return g_string_free(quoted, FALSE);
}

char *quote_domain(const char *domain, size_t limit)
{
	if (address_is_plain_domain(domain))
		return g_strdup(domain);
	return quote_text(domain, strlen(domain), limit);
}
