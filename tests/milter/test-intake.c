/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <string.h>

#include "milter/allowance.h"
#include "tests/conf/settings-file.h"
#include "tests/milter/intake-world.h"
#include "tests/test.h"

/* `line` is the beginning of the first log line. */
static const struct {
	const char *mail;
	int circumstances;
	Outcome outcome;
	const char *said;
	const char *line;
} cases[] = {
	{HEAD REPORT("a") END, NOTHING, OUTCOME_STORED, "a by ,",
		"Q1: stored domain=\"\" org=\"Org\" report-id=\"a\""},
	{SIGNED HEAD REPORT("a") END, NOTHING, OUTCOME_STORED,
		"a by reporter.example,", "Q1: stored "},
	{HEAD REPORT("duplicate") END, NOTHING, OUTCOME_DUPLICATE,
		"duplicate by ,", "Q1: duplicate "},
	{HEAD REPORT("conflict") END, NOTHING, OUTCOME_CONFLICT,
		"conflict by ,quarantine conflict of part 3,",
		"Q1: conflict reason=conflict part=\"part 3\""},
	{HEAD REPORT("refused") END, NOTHING, OUTCOME_REFUSED,
		"refused by ,quarantine database-refused of part 3,",
		"Q1: refused reason=database-refused "},
	{HEAD REPORT("a") END, REQUIRE, OUTCOME_REFUSED,
		"quarantine unauthenticated of part 3,",
		"Q1: refused reason=unauthenticated "},
	{SIGNED HEAD REPORT("a") END, REQUIRE, OUTCOME_STORED,
		"a by reporter.example,", "Q1: stored "},
	{HEAD PART("{") END, NOTHING, OUTCOME_REFUSED,
		"quarantine bad-json of part 3,",
		"Q1: refused reason=bad-json "},
	{"Subject: Hello\r\n\r\nHello\r\n", NOTHING, OUTCOME_NO_REPORT, "", ""},

	/* The worst of several counts. */
	{HEAD REPORT("a") REPORT("duplicate") END, NOTHING, OUTCOME_DUPLICATE,
		"a by ,duplicate by ,", "Q1: stored "},
	{HEAD REPORT("a") PART("{") END, NOTHING, OUTCOME_REFUSED,
		"a by ,quarantine bad-json of part 4,", "Q1: stored "},

	/* What cannot be stored now is kept, and where it cannot be kept the
	 * sender keeps it. */
	{HEAD REPORT("a") END, AWAY, OUTCOME_SPOOLED, "",
		"Q1: spooled reason=database part=\"message\""},
	{HEAD PART("{") END, AWAY, OUTCOME_SPOOLED, "", "Q1: spooled "},
	{HEAD REPORT("a") END, AWAY | TEMPFAIL, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=database "},
	{UNDECIDED HEAD REPORT("a") END, NOTHING, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=dkim "},
	{UNDECIDED HEAD REPORT("a") END, AWAY, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=dkim "},
	/* A report of somebody else's does not wait for that signature. */
	{UNDECIDED "Subject: Hello\r\n\r\nHello\r\n", NOTHING,
		OUTCOME_NO_REPORT, "", ""},
};

static void test_outcomes(void **state)
{
	const World *world = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Message) message = world_make_message(
			cases[i].mail, cases[i].circumstances);
		guint before = world_count_spooled(world);
		Outcome outcome;

		world_reset(cases[i].circumstances);
		outcome = intake_message(world->intake, message, "Q1");
		if (outcome != cases[i].outcome ||
			strcmp(world_said->str, cases[i].said) != 0 ||
			!g_str_has_prefix(world_lines->str, cases[i].line))
			fail_msg("row %zu: %d, \"%s\", %s", i, (int)outcome,
				world_said->str, world_lines->str);
		assert_int_equal(world_count_spooled(world) - before,
			outcome == OUTCOME_SPOOLED);
	}
}

/* A message that was not collected is no lost one. */
static void test_dropped_content(void **state)
{
	const World *world = *state;
	g_autoptr(Message) message = world_make_message("", NOTHING);

	g_clear_pointer(&message->content, g_byte_array_unref);
	message->too_big = true;
	world_reset(NOTHING);
	assert_int_equal(
		intake_message(world->intake, message, NULL), OUTCOME_REFUSED);
	assert_string_equal(
		world_said->str, "quarantine message-too-big of message,");
	assert_true(g_str_has_prefix(world_lines->str, "NOQUEUE: refused "));
	message->too_big = false;
	message->crowded_out = true;
	world_reset(NOTHING);
	assert_int_equal(intake_message(world->intake, message, "Q1"),
		OUTCOME_UNAVAILABLE);
	assert_true(g_str_has_prefix(
		world_lines->str, "Q1: unavailable reason=crowded "));
	assert_string_equal(world_said->str, "");
}

/* Strangers keep what they have too much of: it cannot fill the spool. */
static void test_flood(void **state)
{
	const World *world = *state;
	const ReportPolicy policy = {.failure_count = 1000};
	const Report huge = {.policies = &policy, .policy_count = 1};
	g_autoptr(Message) message =
		world_make_message(HEAD REPORT("a") END, FEW);

	allowance_count("", false, &huge);
	world_reset(NOTHING);
	assert_int_equal(intake_message(world->intake, message, "Q1"),
		OUTCOME_UNAVAILABLE);
	assert_true(g_str_has_prefix(world_lines->str, "flood: "));
	assert_non_null(
		strstr(world_lines->str, "Q1: unavailable reason=flood "));
	assert_string_equal(world_said->str, "");
	assert_int_equal(world_count_spooled(world), 0);
}

/* What is stored counts, and only once. */
static void test_rows_are_counted(void **state)
{
	const World *world = *state;
	g_autoptr(Message) first =
		world_make_message(HEAD REPORT("a") END, NOTHING);
	g_autoptr(Message) again =
		world_make_message(HEAD REPORT("duplicate") END, NOTHING);
	int64_t before = 1;

	world_reset(NOTHING);
	while (!allowance_permits("", false, before))
		before++;
	intake_message(world->intake, again, "Q1");
	assert_true(allowance_permits("", false, before));
	intake_message(world->intake, first, "Q1");
	assert_false(allowance_permits("", false, before));
}

static void test_queue_id(void **state)
{
	const World *world = *state;
	g_autoptr(Message) message =
		world_make_message(HEAD REPORT("a") END, NOTHING);

	world_reset(NOTHING);
	intake_message(world->intake, message, "4F2x1:\nQ2\x1b[m");
	assert_true(
		g_str_has_prefix(world_lines->str, "4F2x1??Q2??m: stored "));
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_outcomes),
		TEST(test_dropped_content),
		TEST(test_flood),
		TEST(test_rows_are_counted),
		TEST(test_queue_id),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
