/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_INFLATE_H
#define PARSER_INFLATE_H

/* Gzip and zip, told by their first bytes and read within a limit. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	INFLATE_KIND_GZIP,
	INFLATE_KIND_ZIP,
	/* Text that may be JSON: first comes '{', '[' or a byte order mark. */
	INFLATE_KIND_JSON,
	INFLATE_KIND_OTHER,
} InflateKind;

/* What the bytes are by their beginning; blanks before JSON are skipped. */
InflateKind inflate_get_kind(const uint8_t *data, size_t size);

/* Takes gzip or zip off, layer by layer, up to three, until something else is
 * left, and returns that: at most `limit` bytes, or
 * PARSER_ERROR_REPORT_TOO_BIG as soon as there are more. Errors:
 * PARSER_ERROR_COMPRESSION for a corrupt or truncated stream,
 * PARSER_ERROR_ARCHIVE for a zip without a usable file,
 * PARSER_ERROR_LAYERS. `trailing` tells that bytes other than zeros followed
 * the gzip data. Memory: the result and the layer before it. The caller owns
 * the bytes. */
GBytes *inflate_all(
	GBytes *packed, size_t limit, bool *trailing, GError **error);

#endif
