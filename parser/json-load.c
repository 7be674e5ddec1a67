/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-load.h"

#include <errno.h>
#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parser/error.h"
#include "parser/json-arena.h"
#include "parser/quote.h"
#include "parser/utf8.h"

enum {
	MESSAGE_MAX = 200,
};

/* What the parse on this thread may still allocate. Outside of a parse the
 * hooks only pass on, so that a tree can be freed later and elsewhere. */
static _Thread_local struct {
	bool active;
	bool exceeded;
	size_t left;
} budget;

static void *allocate(size_t size)
{
	JsonArena *arena = json_arena_get();
	void *memory;
	size_t cost;

	if (budget.active && size > budget.left) {
		budget.exceeded = true;
		return NULL;
	}
	if (arena != NULL)
		memory = json_arena_allocate(arena, size);
	else
		memory = malloc(size);
	if (!budget.active)
		return memory;
	budget.exceeded |= memory == NULL;
	cost = arena != NULL ? json_arena_get_cost(size)
			     : malloc_usable_size(memory);
	budget.left -= MIN(cost, budget.left);
	return memory;
}

static void release(void *memory)
{
	if (json_arena_get() != NULL)
		return;
	if (budget.active)
		budget.left += malloc_usable_size(memory);
	free(memory);
}

void json_load_init(void)
{
	json_set_alloc_funcs(allocate, release);
}

static json_t *load_within(
	const char *text, size_t size, size_t memory, json_error_t *problem)
{
	json_t *value;

	budget.active = true;
	budget.exceeded = false;
	budget.left = memory;
	value = json_loadb(text, size,
		JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL |
			JSON_DISABLE_EOF_CHECK,
		problem);
	budget.active = false;
	return value;
}

/* jansson does not always say that memory was the reason. */
static ParserErrorCode error_code(const json_error_t *problem)
{
	if (budget.exceeded)
		return PARSER_ERROR_MEMORY;
	if (json_error_code(problem) == json_error_invalid_utf8)
		return PARSER_ERROR_TEXT;
	return PARSER_ERROR_SYNTAX;
}

static void set_error(GError **error, const json_error_t *problem)
{
	ParserErrorCode code = error_code(problem);
	g_autofree char *text = NULL;

	if (code == PARSER_ERROR_MEMORY) {
		g_set_error(error, PARSER_ERROR, code,
			"the JSON needs too much memory (max_parse_memory)");
		return;
	}
	text = quote_text(problem->text, strlen(problem->text), MESSAGE_MAX);
	g_set_error(error, PARSER_ERROR, code,
		"line %d, column %d: not valid JSON: %s (RFC 7493)",
		problem->line, problem->column, text);
}

static size_t skip_mark(const char *text, size_t size)
{
	return size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* strchr() finds the NUL behind the blanks, too. */
static size_t skip_blanks(const char *text, size_t size)
{
	size_t at = 0;

	while (at < size && strchr(" \t\r\n", text[at]) != NULL)
		at++;
	return at;
}

size_t json_load_string_length(const char *text, size_t size)
{
	size_t at = 1;

	while (at < size && text[at] != '"')
		at += text[at] == '\\' ? 2 : 1;
	return MIN(at + 1, size);
}

static size_t number_length(const char *text, size_t size)
{
	size_t at = 0;

	while (at < size && text[at] != '\0' &&
		strchr("+-.0123456789Ee", text[at]) != NULL)
		at++;
	return at;
}

static bool is_too_big(const char *number, size_t length)
{
	g_autofree char *text = g_strndup(number, length);

	errno = 0;
	if (strpbrk(text, ".eE") != NULL)
		return isinf(g_ascii_strtod(text, NULL));
	g_ascii_strtoll(text, NULL, 10);
	return errno == ERANGE;
}

/* The same text with quotes around the numbers that jansson cannot hold. What
 * is no JSON stays none. */
static GString *quote_big_numbers(const char *text, size_t size)
{
	GString *quoted = g_string_sized_new(size + 64);
	size_t at = 0;

	while (at < size) {
		size_t number = number_length(text + at, size - at);
		size_t length = MAX(number, 1);
		bool quote = number > 0 && is_too_big(text + at, number);

		if (text[at] == '"')
			length = json_load_string_length(text + at, size - at);
		if (quote)
			g_string_append_c(quoted, '"');
		g_string_append_len(quoted, text + at, (gssize)length);
		if (quote)
			g_string_append_c(quoted, '"');
		at += length;
	}
	return quoted;
}

/* Where a position of the quoted text was in the text itself. */
static size_t unquoted_position(
	const char *text, size_t size, const char *quoted, size_t position)
{
	size_t at = 0;

	for (size_t i = 0; i < position && at < size; i++)
		at += quoted[i] == text[at];
	return at;
}

/* Only a text with such a number is read twice. */
static json_t *load(const char *text, size_t size, size_t memory, size_t *used,
	json_error_t *problem)
{
	json_t *value = load_within(text, size, memory, problem);
	g_autoptr(GString) quoted = NULL;

	*used = (size_t)problem->position;
	if (value != NULL ||
		json_error_code(problem) != json_error_numeric_overflow)
		return value;
	quoted = quote_big_numbers(text, size);
	value = load_within(quoted->str, quoted->len, memory, problem);
	*used = unquoted_position(
		text, size, quoted->str, (size_t)problem->position);
	return value;
}

json_t *json_load_bytes(const char *text, size_t size, size_t memory,
	size_t *used, GError **error)
{
	size_t mark = skip_mark(text, size);
	json_error_t problem;
	json_t *value;

	if (size == 0 || skip_blanks(text + mark, size - mark) == size - mark) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_SYNTAX,
			"it is empty");
		return NULL;
	}
	text += mark;
	size -= mark;
	value = load(text, size, memory, used, &problem);
	if (value == NULL) {
		set_error(error, &problem);
		return NULL;
	}
	*used += skip_blanks(text + *used, size - *used) + mark;
	return value;
}

GBytes *json_load_from_utf16(GBytes *text, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(text, &size);
	g_autofree char *converted = NULL;
	gsize length;

	if (size < 2 || (memcmp(bytes, "\xff\xfe", 2) != 0 &&
				memcmp(bytes, "\xfe\xff", 2) != 0))
		return NULL;
	converted = g_convert(
		bytes, (gssize)size, "UTF-8", "UTF-16", NULL, &length, NULL);
	if (converted == NULL) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_TEXT,
			"the UTF-16 text is damaged (RFC 8259 section 8.1 "
			"asks for UTF-8)");
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&converted), length);
}

/* In the text of JSON a backslash is always followed by what it escapes. */
static void replace_escaped_nul(char *text)
{
	static const char nul[] = "\\u0000";
	char *to = text;

	while (*text != '\0') {
		bool escapes = *text == '\\';

		if (escapes && strncmp(text, nul, strlen(nul)) == 0) {
			to = stpcpy(to, UTF8_REPLACEMENT);
			text += strlen(nul);
			continue;
		}
		*to++ = *text++;
		if (escapes)
			*to++ = *text++;
	}
	*to = '\0';
}

char *json_load_to_text(const json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	char *text = g_strdup(dumped != NULL ? dumped : "null");

	release(dumped);
	replace_escaped_nul(text);
	return text;
}
