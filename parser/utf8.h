/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_UTF8_H
#define PARSER_UTF8_H

/* Text that must stay UTF-8, and hold no NUL: PostgreSQL takes nothing
 * else. */

#include <stddef.h>

/* What stands for a NUL: U+FFFD. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/* How many of the `length` bytes, which are UTF-8, may stay where `limit` is
 * the most: as many as cut no character. */
size_t utf8_cut(const char *text, size_t length, size_t limit);

/* A copy of the `length` bytes with a replacement for every NUL. The caller
 * frees it. */
char *utf8_replace_nul(const char *text, size_t length);

#endif
