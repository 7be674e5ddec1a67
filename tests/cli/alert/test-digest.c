/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/alert/digest.h"
#include "tests/cli/alert/incident.h"
#include "tests/test.h"

static const AlertOrigin origin = {.host = "host.example"};

/* The incident, in another state. */
static StoreIncident in_state(const char *state, const char *severity)
{
	StoreIncident incident = incident_expired;

	incident.state = state;
	incident.severity = severity;
	incident.acknowledged_by = "me";
	incident.withheld_sessions = "0";
	return incident;
}

/* A week in which all was well, and one reporter was new. */
static StoreDigest make_digest(void)
{
	return (StoreDigest){
		.since = "2026-01-05",
		.until = "2026-01-11",
		.first_day = "2025-12-01",
		.last_day = "2026-01-11",
		.age = "1",
		.domains = "2",
		.reporters = "3",
		.reports = "21",
		.sessions = "1000",
		.failed_sessions = "0",
		.withheld_sessions = "0",
		.sessions_before = "900",
		.failed_sessions_before = "9",
		.clean_days = "41",
		.new_reporters = "Some \033body\nGoogle Inc.",
		.ready_domains = "",
		.ready_count = "0",
		.held_domains = "",
		.held_count = "0",
		.incidents = g_ptr_array_new(),
	};
}

static const struct {
	/* Of an incident, or NULL for none. */
	const char *state;
	const char *severity;
	const char *last_day;
	const char *age;
	const char *clean_days;
	DigestVerdict verdict;
	const char *words;
} verdicts[] = {
	{NULL, NULL, "2026-01-11", "1", "41", DIGEST_WELL,
		"All is well: nothing has failed for 41 days"},
	{NULL, NULL, "2026-01-11", "1", "1", DIGEST_WELL,
		"All is well: nothing has failed for 1 day"},
	{NULL, NULL, "2026-01-11", "1", "0", DIGEST_WELL,
		"All is well: no incident is open"},
	{NULL, NULL, "2026-01-11", "4", "9", DIGEST_WELL,
		"All is well: nothing has failed for 9 days"},
	{NULL, NULL, "2026-01-11", "5", "9", DIGEST_WARNING,
		"No report about the last 5 days has arrived"},
	{NULL, NULL, NULL, NULL, NULL, DIGEST_UNKNOWN,
		"No report has arrived yet"},
	{"open", "warning", "2026-01-11", "1", "0", DIGEST_WARNING,
		"1 incident is open"},
	{"open", "critical", "2026-01-11", "9", "0", DIGEST_CRITICAL,
		"1 incident is open"},
	{"reopened", "critical", "2026-01-11", "1", "0", DIGEST_CRITICAL,
		"1 incident is open"},
	{"acknowledged", "critical", "2026-01-11", "1", "0", DIGEST_WELL,
		"Nothing new: 1 open, acknowledged"},
	{"acknowledged", "critical", "2026-01-11", "5", "0", DIGEST_WARNING,
		"No report about the last 5 days has arrived"},
	{"resolved", "critical", "2026-01-11", "1", "2", DIGEST_WELL,
		"All is well: nothing has failed for 2 days"},
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++) {
		StoreDigest digest = make_digest();
		StoreIncident incident =
			in_state(verdicts[i].state, verdicts[i].severity);
		g_autofree char *words = NULL;

		digest.last_day = verdicts[i].last_day;
		digest.age = verdicts[i].age;
		digest.clean_days = verdicts[i].clean_days;
		if (verdicts[i].state != NULL)
			g_ptr_array_add(digest.incidents, &incident);
		words = digest_write_verdict(&digest);
		assert_string_equal(words, verdicts[i].words);
		assert_int_equal(
			digest_get_verdict(&digest), verdicts[i].verdict);
		g_ptr_array_unref(digest.incidents);
	}
}

static const char well[] =
	"All is well: nothing has failed for 41 days.\n\n"
	"2026-01-05 to 2026-01-11, and the same time before\n"
	"  Sessions    1000; before: 900\n"
	"  Failed      0, 0 %; before: 1.0 %\n"
	"  Withheld    0\n"
	"  Domains     2\n"
	"  Reporters   3; new: Some \\x1bbody, Google Inc.\n"
	"  Reports     21\n"
	"\n-- \n"
	"tlsrpt-milter on host.example. If this message fails to come, "
	"something is\nwrong, too.\n";

static void test_text(void **state)
{
	StoreDigest digest = make_digest();
	g_auto(AlertMessage) message = {0};

	(void)state;
	digest_init_message(&message, &origin, &digest);
	assert_string_equal(message.text, well);
	assert_string_equal(message.subject,
		"TLS reports to 2026-01-11: All is well: nothing has failed for "
		"41 days");
	assert_true(g_str_has_suffix(message.json,
		"\"total\":0,\"incidents\":[],\"digest\":{\"verdict\":\"ok\","
		"\"since\":\"2026-01-05\",\"until\":\"2026-01-11\","
		"\"last_day\":\"2026-01-11\",\"open_incidents\":0,"
		"\"over_incidents\":0,\"domains\":2,\"reporters\":3,"
		"\"reports\":21,\"sessions\":1000,\"failed_sessions\":0,"
		"\"withheld_sessions\":0,\"sessions_before\":900,"
		"\"failed_sessions_before\":9,\"clean_days\":41,"
		"\"ready_domains\":0,\"held_domains\":0}}"));
	g_ptr_array_unref(digest.incidents);
}

/* Each with what the text has for it. */
static void test_parts(void **state)
{
	StoreIncident open = incident_expired;
	StoreIncident over = in_state("resolved", "critical");
	StoreDigest digest = make_digest();
	g_auto(AlertMessage) first = {0};
	g_auto(AlertMessage) ready = {0};

	(void)state;
	g_ptr_array_add(digest.incidents, &open);
	g_ptr_array_add(digest.incidents, &over);
	digest.first_day = digest.since;
	digest_init_message(&first, &origin, &digest);
	assert_true(g_str_has_prefix(first.text,
		"It works: 3 reporters have reported.\n"
		"1 incident is open, and senders withhold mail.\n\n"
		"Open\n  3    The certificate has expired at m\303\274x\\x1b[2"
		".x.example for 12 domains (12\n       of 612 sessions, 2.0 % "
		"failed, since 2026-01-01)\n\n"
		"Over\n  3    The certificate has expired at m\303\274x\\x1b[2"
		".x.example for 12 domains (12\n       of 612 sessions, 2.0 % "
		"failed, 2026-01-01 to 2026-01-03)\n\n2026-01-05 to"));
	assert_non_null(
		strstr(first.text, "\n  Next        tlsreport alert show 3\n"));

	g_ptr_array_set_size(digest.incidents, 0);
	digest.ready_domains = "x.example\ny.example";
	digest.ready_count = "12";
	digest.held_count = "2";
	digest_init_message(&ready, &origin, &digest);
	assert_non_null(strstr(ready.text,
		"\n  Policies    2 to hold back, 12 to enforce, see tlsreport "
		"advise\n"));
	assert_non_null(strstr(ready.text,
		"\n  Next        Switch the MTA-STS policy from testing to "
		"enforce: nothing has\n              failed for two weeks with "
		"x.example, y.example and 10 more.\n"));
	g_ptr_array_unref(digest.incidents);
}

/* Twenty have a line. */
static void test_many(void **state)
{
	(void)state;
	for (unsigned count = 20; count <= 21; count++) {
		StoreIncident incident = in_state("open", "warning");
		StoreDigest digest = make_digest();
		g_auto(AlertMessage) message = {0};
		char *rest;

		for (unsigned i = 0; i < count; i++)
			g_ptr_array_add(digest.incidents, &incident);
		digest_init_message(&message, &origin, &digest);
		rest = strstr(message.text, "\n  and 1 more: see");
		assert_int_equal(rest != NULL, count == 21);
		assert_null(strstr(message.text, "and 0 more"));
		g_ptr_array_unref(digest.incidents);
	}
}

/* As long as there is nothing, also no numbers. */
static void test_empty(void **state)
{
	StoreDigest digest = {
		.domains = "0",
		.reporters = "0",
		.reports = "0",
		.sessions = "0",
		.failed_sessions = "0",
		.withheld_sessions = "0",
		.sessions_before = "0",
		.failed_sessions_before = "0",
		.new_reporters = "",
		.ready_domains = "",
		.ready_count = "0",
		.held_domains = "",
		.held_count = "0",
		.incidents = g_ptr_array_new(),
	};
	g_auto(AlertMessage) message = {0};

	(void)state;
	digest_init_message(&message, &origin, &digest);
	assert_true(g_str_has_prefix(message.text,
		"No report has arrived yet.\n\n  Next        Check that the "
		"_smtp._tls record"));
	assert_null(strstr(message.text, "Sessions"));
	assert_non_null(strstr(message.json, "\"last_day\":null"));
	g_ptr_array_unref(digest.incidents);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
