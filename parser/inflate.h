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

/* How many bytes may be unpacked, of all layers and files together, and how
 * many of these are left. */
typedef struct {
	size_t limit;
	size_t left;
} InflateBudget;

/* Sets PARSER_ERROR_REPORT_TOO_BIG. */
void inflate_set_too_big(GError **error, const InflateBudget *budget);

/* What is no longer packed. `trailing` tells that bytes other than zeros
 * followed the gzip data. */
typedef struct {
	GBytes *bytes;
	bool trailing;
} Inflated;

/* Takes gzip or zip off, layer by layer, up to three, until something else is
 * left: one file, or more from a zip. All layers and files together have at
 * most `limit` bytes. The caller owns the array of Inflated, which is never
 * NULL. The error is the first reason why something was left out, also where
 * there are files: PARSER_ERROR_COMPRESSION for a corrupt or truncated stream,
 * PARSER_ERROR_LAYERS, PARSER_ERROR_REPORT_TOO_BIG, or as
 * archive_read_all(). */
GPtrArray *inflate_all(GBytes *packed, size_t limit, GError **error);

#endif
