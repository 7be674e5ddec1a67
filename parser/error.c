/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/error.h"

static const char *const reasons[] = {
	[PARSER_ERROR_MESSAGE_TOO_BIG] = "message-too-big",
	[PARSER_ERROR_REPORT_TOO_BIG] = "report-too-big",
	[PARSER_ERROR_MEMORY] = "memory-limit",
	[PARSER_ERROR_LAYERS] = "too-many-layers",
	[PARSER_ERROR_COMPRESSION] = "bad-compression",
	[PARSER_ERROR_ARCHIVE] = "bad-archive",
	[PARSER_ERROR_TEXT] = "bad-text",
	[PARSER_ERROR_SYNTAX] = "bad-json",
	[PARSER_ERROR_STRUCTURE] = "bad-structure",
	[PARSER_ERROR_PERIOD] = "bad-period",
	[PARSER_ERROR_POLICIES] = "too-many-policies",
	[PARSER_ERROR_FAILURE_DETAILS] = "too-many-failure-details",
	[PARSER_ERROR_TOO_MANY_PARTS] = "too-many-parts",
	[PARSER_ERROR_HEADERS] = "headers-too-big",
	[PARSER_ERROR_TOO_MANY_REPORTS] = "too-many-reports",
	[PARSER_ERROR_NOTHING_FOUND] = "nothing-found",
};

GQuark parser_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-parser-error");
}

const char *parser_error_reason(ParserErrorCode code)
{
	if ((size_t)code >= G_N_ELEMENTS(reasons))
		return "unknown";
	return reasons[code];
}

void parser_error_set_too_big(GError **error, size_t limit)
{
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_MESSAGE_TOO_BIG,
		"the message has more than %zu bytes (max_message_size)",
		limit);
}
