/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

/* The reports of one file that a person names. */

#include <glib.h>
#include <stdint.h>

#include "conf/settings.h"
#include "parser/authenticate.h"
#include "parser/parser.h"

/* Reads a file, "-" for standard input, and the reports in it; see
 * parser_parse_file(). A file may be as big as a mail or a report may. NULL
 * and an error of G_FILE_ERROR or PARSER_ERROR when it could not be read; its
 * text does not repeat the path. The caller owns the result, and the bytes of
 * the file in `content` unless that is NULL. */
ParsedMessage *report_file_parse(const char *path, const ParseLimits *limits,
	int64_t arrival, GBytes **content, GError **error);

/* The limits that the settings give. */
ParseLimits report_file_get_limits(const Settings *settings);

/* How the settings want signatures to be looked at. */
AuthenticateMethod report_file_get_method(const Settings *settings);

/* What to call a part of it: the path, and the name of the part when it is not
 * the whole file. The caller frees the name, which is not escaped. */
char *report_file_name_part(const char *path, const ParsedPart *part);

#endif
