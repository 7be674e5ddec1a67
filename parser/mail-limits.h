/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MAIL_LIMITS_H
#define PARSER_MAIL_LIMITS_H

/* Bounds what the structure of a mail may cost, before GMime builds it: a part
 * takes a kilobyte, and a header up to eighty times its bytes. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Of all headers together, those of parts and of forwarded messages
	 * too: their bytes and their lines. */
	MAIL_LIMITS_HEADER_SIZE = 256 * 1024,
	MAIL_LIMITS_HEADER_LINES = 10000,
	/* Lines that may separate parts: any that begin with "--". */
	MAIL_LIMITS_BOUNDARIES = 10000,
};

/* Whether the mail stays within. Where it is unclear what is a header, lines
 * count as one. The error is PARSER_ERROR_HEADERS or
 * PARSER_ERROR_TOO_MANY_PARTS. Takes time linear in `size` and no memory. */
bool mail_limits_check(const uint8_t *data, size_t size, GError **error);

#endif
