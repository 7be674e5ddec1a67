/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-load.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parser/error.h"
#include "parser/quote.h"

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

static void *take_memory(size_t size)
{
	void *memory;
	size_t cost;

	if (!budget.active)
		return malloc(size);
	if (size > budget.left) {
		budget.exceeded = true;
		return NULL;
	}
	memory = malloc(size);
	cost = malloc_usable_size(memory);
	budget.left -= MIN(cost, budget.left);
	return memory;
}

static void give_memory(void *memory)
{
	if (budget.active)
		budget.left += malloc_usable_size(memory);
	free(memory);
}

void json_load_init(void)
{
	json_set_alloc_funcs(take_memory, give_memory);
}

static json_t *load_within(const char *text, size_t size, size_t memory,
	size_t flags, json_error_t *problem)
{
	json_t *value;

	budget.active = true;
	budget.exceeded = false;
	budget.left = memory;
	value = json_loadb(text, size,
		flags | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, problem);
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

json_t *json_load_bytes(
	const char *text, size_t size, size_t memory, GError **error)
{
	json_error_t problem;
	json_t *value;

	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		size -= 3;
	}
	while (size > 0 && text[size - 1] == '\0')
		size--;
	if (size == 0) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_SYNTAX,
			"there is nothing in it");
		return NULL;
	}
	value = load_within(text, size, memory, 0, &problem);
	if (value == NULL &&
		json_error_code(&problem) == json_error_numeric_overflow)
		value = load_within(
			text, size, memory, JSON_DECODE_INT_AS_REAL, &problem);
	if (value == NULL)
		set_error(error, &problem);
	return value;
}

/* In the text of JSON a backslash is always followed by what it escapes. */
static void replace_nul(char *text)
{
	char *at = strchr(text, '\\');

	while (at != NULL) {
		if (strncmp(at, "\\u0000", 6) == 0)
			memcpy(at, "\\ufffd", 6);
		at = strchr(at + 2, '\\');
	}
}

char *json_load_to_text(const json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	char *text = g_strdup(dumped != NULL ? dumped : "null");

	free(dumped);
	replace_nul(text);
	return text;
}
