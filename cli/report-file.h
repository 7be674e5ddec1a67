/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

/* The reports of one file that a person names. */

#include <glib.h>
#include <stdint.h>

#include "parser/parser.h"

/* The most bytes that a file may have: it may be as big as a mail or a report
 * may. */
size_t report_file_get_size(const ParseLimits *limits);

/* The reports in the bytes that were read from `path`; see
 * parser_parse_file(). The text of the error does not repeat the path. The
 * caller owns the result. */
ParsedMessage *report_file_parse_content(GBytes *content, const char *path,
	const ParseLimits *limits, int64_t received, GError **error);

/* What to call a part of what was read from `path`, and is called `name`: that,
 * and the name of the part when it is not the whole file. The caller frees the
 * result, which is not escaped. */
char *report_file_name_part(
	const char *path, const char *name, const ParsedPart *part);

#endif
