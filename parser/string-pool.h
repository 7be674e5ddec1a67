/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_STRING_POOL_H
#define PARSER_STRING_POOL_H

/* The different strings of one report, so that each is kept once. */

#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint64_t hash;
	const char *text;
} StringPoolEntry;

/* All zeros is an empty one. The strings are borrowed. */
typedef struct {
	size_t count;
	size_t size;
	StringPoolEntry *entries;
} StringPool;

/* Where the string is that has these bytes, which contain no NUL. What is there
 * is NULL when there is none: the caller sets it to a copy at once. Valid until
 * the next call. */
const char **string_pool_get(StringPool *pool, const char *text, size_t length);

void string_pool_clear(StringPool *pool);

#endif
