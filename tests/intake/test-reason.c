/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/reason.h"

#include <glib.h>

#include "parser/error.h"
#include "spool/spool.h"
#include "sql/error.h"
#include "tests/test.h"

static const struct {
	ReasonCode code;
	bool is_final;
	const char *subject;
	const char *word;
	const char *text;
} reasons[] = {
	{REASON_FOREIGN_DOMAIN, true, NULL, "foreign-domain",
		"none of its policies is about one of policy_domains"},
	{REASON_UNAUTHENTICATED, true, "a.example", "unauthenticated",
		"it has no valid DKIM signature of a.example"},
	{REASON_UNAUTHENTICATED, true, NULL, "unauthenticated",
		"it has no valid DKIM signature of its reporter, and does not "
		"say who that is"},
	{REASON_DKIM, false, "%s.example", "dkim",
		"the DKIM signature of %s.example cannot be checked now"},
	{REASON_CONFLICT, true, NULL, "conflict",
		"another report with the same report-id, period and policy "
		"domains is stored already"},
	{REASON_BUSY, false, NULL, "busy",
		"too many messages are being stored (database_connections)"},
	{REASON_CROWDED, false, NULL, "crowded",
		"all messages in transit together are too big "
		"(max_transit_size)"},
	{REASON_FLOOD, false, NULL, "flood",
		"no trusted signer has signed it, and too many such reports "
		"have come today (max_untrusted_rows)"},
};

static void test_own_reasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) {
		g_autoptr(GError) error = NULL;

		reason_set_error(&error, reasons[i].code, reasons[i].subject);
		assert_string_equal(reason_get_word(error), reasons[i].word);
		assert_string_equal(error->message, reasons[i].text);
		assert_int_equal(reason_is_final(error), reasons[i].is_final);
	}
}

/* Errors that other layers make. */
static void test_foreign_errors(void **state)
{
	const struct {
		GQuark domain;
		int code;
		const char *word;
		bool is_final;
	} errors[] = {
		{PARSER_ERROR, PARSER_ERROR_MESSAGE_TOO_BIG, "message-too-big",
			true},
		{PARSER_ERROR, PARSER_ERROR_SYNTAX, "bad-json", true},
		{STORE_ERROR, STORE_ERROR_UNAVAILABLE, "database", false},
		{STORE_ERROR, STORE_ERROR_REFUSED, "database-refused", true},
		{STORE_ERROR, STORE_ERROR_SCHEMA, "database", false},
		{STORE_ERROR, STORE_ERROR_PERMISSION, "database", false},
		{SPOOL_ERROR, SPOOL_ERROR_FULL, "spool", false},
		{SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "spool", false},
		{SPOOL_ERROR, SPOOL_ERROR_DAMAGED, "spool", false},
		/* The same number in another domain. */
		{G_FILE_ERROR, STORE_ERROR_REFUSED, "unreadable", false},
		{G_FILE_ERROR, G_FILE_ERROR_ACCES, "unreadable", false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
		g_autoptr(GError) error = g_error_new_literal(
			errors[i].domain, errors[i].code, "text");

		assert_string_equal(reason_get_word(error), errors[i].word);
		assert_int_equal(reason_is_final(error), errors[i].is_final);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_reasons),
		cmocka_unit_test(test_foreign_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
