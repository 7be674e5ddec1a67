/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_QUOTE_H
#define PARSER_QUOTE_H

/* Foreign text made fit for a message or a log line. */

#include <stddef.h>

/* The text in double quotes, on one line: quotes and backslashes escaped by a
 * backslash, control characters and what is not UTF-8 as \xNN; at most `limit`
 * bytes of it and then "...". The caller frees it. */
char *quote_text(const char *text, size_t length, size_t limit);

/* A domain for a line of key=value: as it is when address_is_plain_domain(),
 * else as quote_text(). The caller frees it. */
char *quote_domain(const char *domain, size_t limit);

#endif
