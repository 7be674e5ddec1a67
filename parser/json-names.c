/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-names.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A short name is this character, DEL, and a letter: a name's place among
 * them. */
#define MARK '\x7f'

#define NAME(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static const struct {
	const char *text;
	size_t length;
} names[] = {
	NAME("result-type"),
	NAME("sending-mta-ip"),
	NAME("receiving-mx-hostname"),
	NAME("receiving-mx-helo"),
	NAME("receiving-ip"),
	NAME("failed-session-count"),
	NAME("additional-information"),
	NAME("failure-reason-code"),
};

/* No member may keep its name because it is spelt with escapes: it could be
 * there twice. */
static bool has_escapes(const char *text, size_t size)
{
	const char *end = text + size;

	while ((text = memchr(text, '\\', (size_t)(end - text))) != NULL) {
		if (end - text < 2 || text[1] == 'u')
			return true;
		text += 2;
	}
	return false;
}

/* Which name stands behind `from`, and before the quote that ends it. A quote
 * behind a backslash is within a string. */
static size_t find_name(const char *from, const char *quote)
{
	size_t room = (size_t)(quote - from);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t length = names[i].length;
		const char *start = quote - length;

		if (room > length + 1 && start[-1] == '"' &&
			start[-2] != '\\' &&
			memcmp(start, names[i].text, length) == 0)
			return i;
	}
	return G_N_ELEMENTS(names);
}

/* Past the last byte before `end` that is no blank. */
static const char *skip_blanks(const char *from, const char *end)
{
	while (end > from && (end[-1] == ' ' || end[-1] == '\t' ||
				     end[-1] == '\r' || end[-1] == '\n'))
		end--;
	return end;
}

static char *append(char *to, const char *from, const char *end)
{
	memcpy(to, from, (size_t)(end - from));
	return to + (end - from);
}

/* Copies the text, and returns where the copy ends; `to` itself where there is
 * nothing to shorten. What stands before a colon, in quotes, is a name. */
static char *copy_shortened(char *to, const char *text, const char *end)
{
	const char *start = to;
	const char *from = text;
	const char *colon = memchr(text, ':', (size_t)(end - text));

	for (; colon != NULL;
		colon = memchr(colon + 1, ':', (size_t)(end - colon - 1))) {
		const char *quote = skip_blanks(from, colon) - 1;
		size_t i;

		if (quote <= from || *quote != '"')
			continue;
		i = find_name(from, quote);
		if (i == G_N_ELEMENTS(names))
			continue;
		to = append(to, from, quote - names[i].length);
		*to++ = MARK;
		*to++ = (char)('a' + i);
		from = quote;
	}
	return to == start ? to : append(to, from, end);
}

GBytes *json_names_shorten(GBytes *text)
{
	gsize size;
	const char *bytes = g_bytes_get_data(text, &size);
	g_autofree char *copy = NULL;
	size_t length;

	if (size == 0 || memchr(bytes, MARK, size) != NULL ||
		has_escapes(bytes, size))
		return NULL;
	copy = g_malloc(size);
	length = (size_t)(copy_shortened(copy, bytes, bytes + size) - copy);
	if (length == 0)
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&copy), length);
}

static const char *get_name(char letter)
{
	return names[letter - 'a'].text;
}

const char *json_names_get(const char *name)
{
	return name[0] == MARK ? get_name(name[1]) : name;
}

char *json_names_restore(const char *text)
{
	GString *restored = g_string_new(NULL);
	const char *mark = strchr(text, MARK);

	for (; mark != NULL; mark = strchr(text, MARK)) {
		g_string_append_len(restored, text, mark - text);
		g_string_append(restored, get_name(mark[1]));
		text = mark + 2;
	}
	g_string_append(restored, text);
	return g_string_free(restored, FALSE);
}
