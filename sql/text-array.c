/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/text-array.h"

#include <string.h>

void text_array_add(GString *array, const char *text)
{
	g_string_append_c(array, array->len == 0 ? '{' : ',');
	if (text == NULL) {
		g_string_append(array, "NULL");
		return;
	}
	g_string_append_c(array, '"');
	while (*text != '\0') {
		size_t plain = strcspn(text, "\"\\");

		g_string_append_len(array, text, (gssize)plain);
		text += plain;
		if (*text != '\0') {
			g_string_append_c(array, '\\');
			g_string_append_c(array, *text++);
		}
	}
	g_string_append_c(array, '"');
}

void text_array_end(GString *array)
{
	g_string_append(array, array->len == 0 ? "{}" : "}");
}

char *text_array_write(const char *const *list)
{
	GString *array = g_string_new(NULL);

	for (; *list != NULL; list++)
		text_array_add(array, *list);
	text_array_end(array);
	return g_string_free(array, FALSE);
}
