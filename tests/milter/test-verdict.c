/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <syslog.h>

#include <glib.h>

#include "milter/verdict.h"
#include "tests/test.h"

/* What operators and their log parsers rely on. */
static const struct {
	Outcome outcome;
	const char *word;
	VerdictAction action;
	int priority;
} wanted[] = {
	{OUTCOME_NO_REPORT, "no-report", VERDICT_ACCEPT, LOG_DEBUG},
	{OUTCOME_STORED, "stored", VERDICT_AFTER_STORE, LOG_INFO},
	{OUTCOME_DUPLICATE, "duplicate", VERDICT_AFTER_STORE, LOG_INFO},
	{OUTCOME_CONFLICT, "conflict", VERDICT_ACCEPT, LOG_WARNING},
	{OUTCOME_REFUSED, "refused", VERDICT_ACCEPT, LOG_WARNING},
	{OUTCOME_SPOOLED, "spooled", VERDICT_AFTER_STORE, LOG_WARNING},
	{OUTCOME_UNAVAILABLE, "unavailable", VERDICT_TEMPFAIL, LOG_ERR},
};

static void test_outcomes(void **state)
{
	(void)state;
	assert_int_equal(G_N_ELEMENTS(wanted), OUTCOME_COUNT);
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		const Verdict *verdict = verdict_get(wanted[i].outcome);

		assert_int_equal(wanted[i].outcome, i);
		assert_string_equal(verdict->word, wanted[i].word);
		assert_int_equal(verdict->action, wanted[i].action);
		assert_int_equal(verdict->priority, wanted[i].priority);
	}
}

/* A word that needs quotes would break key=value lines. */
static void test_words(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		const char *word = verdict_get((Outcome)i)->word;

		assert_true(*word != '\0');
		assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-"),
			strlen(word));
	}
}

static void check_reply(const Verdict *verdict)
{
	assert_int_equal(strlen(verdict->code), 3);
	assert_int_equal(verdict->code[0], '4');
	assert_true(g_str_has_prefix(verdict->enhanced_code, "4."));
	assert_true(*verdict->text != '\0');
	assert_null(strpbrk(verdict->text, "%\r\n"));
}

/* A report is never bounced: only a temporary failure has a reply. */
static void test_replies(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		const Verdict *verdict = verdict_get((Outcome)i);

		if (verdict->action == VERDICT_TEMPFAIL) {
			check_reply(verdict);
			continue;
		}
		assert_null(verdict->code);
		assert_null(verdict->enhanced_code);
		assert_null(verdict->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
