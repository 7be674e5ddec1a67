/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/header-field.h"

#include <glib.h>
#include <string.h>

static const char *end_of_line(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline != NULL ? newline + 1 : end;
}

static bool is_folded(const char *line, const char *end)
{
	return line < end && (*line == ' ' || *line == '\t');
}

/* Blanks between name and colon are obsolete syntax that some still write. */
static bool split(HeaderField *field)
{
	const char *colon = memchr(field->text, ':', field->size);
	size_t size;

	if (colon == NULL)
		return false;
	size = (size_t)(colon - field->text);
	field->value = colon + 1;
	field->value_size = field->size - size - 1;
	while (size > 0 &&
		(field->text[size - 1] == ' ' || field->text[size - 1] == '\t'))
		size--;
	field->name_size = size;
	return size > 0 && memchr(field->text, '\n', size) == NULL;
}

bool header_field_next(const char **at, const char *end, HeaderField *field)
{
	const char *next;

	if (*at == end || is_folded(*at, end))
		return false;
	next = end_of_line(*at, end);
	while (is_folded(next, end))
		next = end_of_line(next, end);
	field->text = *at;
	field->size = (size_t)(next - *at);
	if (field->size > 0 && field->text[field->size - 1] == '\n')
		field->size--;
	if (field->size > 0 && field->text[field->size - 1] == '\r')
		field->size--;
	if (!split(field))
		return false;
	*at = next;
	return true;
}

bool header_field_is(const HeaderField *field, const char *name)
{
	return strlen(name) == field->name_size &&
	       g_ascii_strncasecmp(field->text, name, field->name_size) == 0;
}

char *header_field_get_value(const HeaderField *field)
{
	if (memchr(field->value, '\0', field->value_size) != NULL)
		return NULL;
	return g_strndup(field->value, field->value_size);
}
