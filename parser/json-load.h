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

/* Reads one JSON value (RFC 8259, with the unique names of RFC 7493). A byte
 * order mark before it and blanks or NULs behind it are let go. The tree costs
 * at most `memory` bytes. An integer over 2^63-1 makes every number a real.
 * Errors: PARSER_ERROR_TEXT for what is not UTF-8, PARSER_ERROR_MEMORY,
 * PARSER_ERROR_SYNTAX with line and column. */
json_t *json_load_bytes(
	const char *text, size_t size, size_t memory, GError **error);

/* A value as compact text, "null" for NULL; NULs in it are replaced by U+FFFD,
 * because PostgreSQL cannot hold them. The caller frees it. */
char *json_load_to_text(const json_t *value);

#endif
