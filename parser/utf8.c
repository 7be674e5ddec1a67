/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/utf8.h"

#include <glib.h>

size_t utf8_cut(const char *text, size_t length, size_t limit)
{
	if (length <= limit)
		return length;
	while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80)
		limit--;
	return limit;
}

char *utf8_replace_nul(const char *text, size_t length)
{
	GString *clean = g_string_sized_new(length + 16);

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\0')
			g_string_append(clean, UTF8_REPLACEMENT);
		else
			g_string_append_c(clean, text[i]);
	}
	return g_string_free(clean, FALSE);
}
