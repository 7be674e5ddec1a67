/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_JSON_LOAD_H
#define PARSER_JSON_LOAD_H

/* JSON text to a jansson tree within a memory budget. */

#include <glib.h>
#include <jansson.h>
#include <stddef.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Installs jansson's allocator hooks; called once, before any JSON is read. */
void json_load_init(void);

/* Reads the first JSON value of a text (RFC 8259, with the unique names of RFC
 * 7493), an object or an array. A byte order mark before it is let go; `used`
 * counts the value's bytes and the blanks and NULs behind it. The tree costs at
 * most `memory` bytes, and is in the JsonArena that is open, if any. A number
 * that is an integer beyond int64_t, or a real beyond double, becomes a string
 * of its text. Errors: PARSER_ERROR_TEXT for what is not UTF-8,
 * PARSER_ERROR_MEMORY, PARSER_ERROR_SYNTAX with line and column. */
json_t *json_load_bytes(const char *text, size_t size, size_t memory,
	size_t *used, GError **error);

/* JSON in UTF-16, told by its byte order mark, as UTF-8; NULL when the text is
 * not UTF-16, or, with PARSER_ERROR_TEXT, when it is damaged. The caller owns
 * the result. */
GBytes *json_load_from_utf16(GBytes *text, GError **error);

/* How many of the `size` bytes the JSON string has that begins with them, its
 * quotes included: all of them where it does not end. */
size_t json_load_string_length(const char *text, size_t size);

/* A value as compact text, "null" for NULL; NULs in it are replaced by U+FFFD,
 * because PostgreSQL cannot hold them. The caller frees it. */
char *json_load_to_text(const json_t *value);

#endif
