/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/type-name.h"

#include <glib.h>
#include <string.h>

/* The largest number of bytes up to the limit that cuts no character. */
static size_t bounded_length(const char *text)
{
	size_t length = strlen(text);

	if (length <= TYPE_NAME_MAX)
		return length;
	length = TYPE_NAME_MAX;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

char *type_name_make_canonical(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	char *name = g_strstrip(lower);

	name[bounded_length(name)] = '\0';
	return g_strdup(g_strdelimit(name, "_ \t\n\v\f\r", '-'));
}
