/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_ARCHIVE_H
#define PARSER_ARCHIVE_H

/* The one report in a zip archive. */

#include <glib.h>
#include <stddef.h>

/* Reads the first file of the archive, among its first 16 entries, that is
 * JSON or packed again: at most `limit` bytes. Errors: PARSER_ERROR_ARCHIVE
 * when there is none or the archive is damaged, PARSER_ERROR_REPORT_TOO_BIG.
 * The caller owns the bytes. */
GBytes *archive_read(GBytes *zip, size_t limit, GError **error);

#endif
