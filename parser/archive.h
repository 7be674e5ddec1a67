/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_ARCHIVE_H
#define PARSER_ARCHIVE_H

/* The reports in a zip archive. */

#include <glib.h>

#include "parser/inflate.h"

enum {
	/* Files of an archive that are looked at. */
	ARCHIVE_FILES_MAX = 1000,
};

/* Reads the files of the archive that are JSON or packed again, in their order,
 * within the budget: what was read is taken off it, files that are something
 * else too. The caller owns the array
 * of GBytes, which is never NULL. The error is the first reason why something
 * was left out, also where there are files: PARSER_ERROR_ARCHIVE when a file is
 * damaged, when there are more than ARCHIVE_FILES_MAX, or when none is a
 * report; PARSER_ERROR_REPORT_TOO_BIG, after which no more is read. */
GPtrArray *archive_read_all(GBytes *zip, InflateBudget *budget, GError **error);

#endif
