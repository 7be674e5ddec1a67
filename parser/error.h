/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_ERROR_H
#define PARSER_ERROR_H

/* Why a report was refused. */

#include <glib.h>
#include <stddef.h>

#define PARSER_ERROR (parser_error_quark())

typedef enum {
	PARSER_ERROR_MESSAGE_TOO_BIG,
	PARSER_ERROR_REPORT_TOO_BIG,
	PARSER_ERROR_MEMORY,
	PARSER_ERROR_LAYERS,
	PARSER_ERROR_COMPRESSION,
	PARSER_ERROR_ARCHIVE,
	PARSER_ERROR_TEXT,
	PARSER_ERROR_SYNTAX,
	PARSER_ERROR_STRUCTURE,
	PARSER_ERROR_PERIOD,
	PARSER_ERROR_POLICIES,
	PARSER_ERROR_FAILURE_DETAILS,
	PARSER_ERROR_TOO_MANY_PARTS,
	PARSER_ERROR_HEADERS,
	PARSER_ERROR_TOO_MANY_REPORTS,
	/* The mail says that it is a report. */
	PARSER_ERROR_NOTHING_FOUND,
} ParserErrorCode;

GQuark parser_error_quark(void);

/* The code as one word for logs, metrics and the quarantine's reason column,
 * such as "report-too-big": a contract, it never changes. */
const char *parser_error_reason(ParserErrorCode code);

/* Sets PARSER_ERROR_MESSAGE_TOO_BIG for a message of more than `limit` bytes,
 * also where the rest of it was not even read. */
void parser_error_set_too_big(GError **error, size_t limit);

#endif
