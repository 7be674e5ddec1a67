/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_TEXT_ARRAY_H
#define SQL_TEXT_ARRAY_H

/* Writes an array as PostgreSQL reads it from text: {"a","b"}. */

#include <glib.h>

/* Adds an element to an array that begins as an empty string; NULL is SQL's. */
void text_array_add(GString *array, const char *text);

/* Ends it, also when it has no element. */
void text_array_end(GString *array);

/* The whole of a list that ends with NULL. The caller frees the text. */
char *text_array_write(const char *const *list);

#endif
