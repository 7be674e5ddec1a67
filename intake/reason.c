/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/reason.h"

#include "parser/error.h"
#include "spool/spool.h"
#include "sql/error.h"

/* `%s` is the subject, or `nobody` where it is unknown. */
static const struct {
	const char *word;
	const char *sentence;
	const char *nobody;
	bool is_final;
} reasons[] = {
	[REASON_FOREIGN_DOMAIN] = {"foreign-domain",
		"none of its policies is about one of policy_domains", NULL,
		true},
	[REASON_UNAUTHENTICATED] = {"unauthenticated",
		"it has no valid DKIM signature of %s",
		"its reporter, and does not say who that is", true},
	[REASON_DKIM] = {"dkim",
		"the DKIM signature of %s cannot be checked now",
		"its reporter", false},
	[REASON_CONFLICT] = {"conflict",
		"another report with the same report-id, period and policy "
		"domains is stored already",
		NULL, true},
	[REASON_BUSY] = {"busy",
		"too many messages are being stored (database_connections)",
		NULL, false},
	[REASON_CROWDED] = {"crowded",
		"all messages in transit together are too big "
		"(max_transit_size)",
		NULL, false},
	[REASON_FLOOD] = {"flood",
		"no trusted signer has signed it, and too many such reports "
		"have come today (max_untrusted_rows)",
		NULL, false},
};

GQuark reason_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-reason-error");
}

void reason_set_error(GError **error, ReasonCode code, const char *subject)
{
	g_auto(GStrv) pieces = g_strsplit(reasons[code].sentence, "%s", 2);
	g_autofree char *text = g_strjoinv(
		subject != NULL ? subject : reasons[code].nobody, pieces);

	g_set_error_literal(error, REASON_ERROR, (int)code, text);
}

static bool is_refused_by_database(const GError *error)
{
	return g_error_matches(error, STORE_ERROR, STORE_ERROR_REFUSED);
}

const char *reason_get_word(const GError *error)
{
	if (error->domain == REASON_ERROR)
		return reasons[error->code].word;
	if (error->domain == PARSER_ERROR)
		return parser_error_reason((ParserErrorCode)error->code);
	if (error->domain == SPOOL_ERROR)
		return "spool";
	if (error->domain == STORE_ERROR)
		return is_refused_by_database(error) ? "database-refused"
						     : "database";
	return "unreadable";
}

bool reason_is_final(const GError *error)
{
	if (error->domain == REASON_ERROR)
		return reasons[error->code].is_final;
	return error->domain == PARSER_ERROR || is_refused_by_database(error);
}
