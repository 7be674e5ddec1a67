/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_HEADER_FIELD_H
#define TRUST_HEADER_FIELD_H

/* Walks through the header of a mail, byte for byte as it came (RFC 5322
 * section 2.2). */

#include <stdbool.h>
#include <stddef.h>

/* One field, borrowed from the mail. `text` is all of it, without the end of
 * its last line; the value is what follows the colon, still folded. */
typedef struct {
	const char *text;
	size_t size;
	size_t name_size;
	const char *value;
	size_t value_size;
} HeaderField;

/* Reads the field at `*at`, and moves `*at` behind it. False, and `*at` stays,
 * at the end of the header: an empty line, a line that is no field, or `end`.
 * Lines may end with LF or CRLF. */
bool header_field_next(const char **at, const char *end, HeaderField *field);

/* Whether the field has this name, without regard to case. */
bool header_field_is(const HeaderField *field, const char *name);

/* A copy of the value for the caller to free; NULL when it contains NUL. */
char *header_field_get_value(const HeaderField *field);

#endif
