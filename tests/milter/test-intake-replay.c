/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <string.h>

#include "sql/error.h"
#include "tests/conf/settings-file.h"
#include "tests/milter/intake-world.h"
#include "tests/test.h"

static SpoolMessage *read_spooled(const World *world, const char *mail)
{
	g_autoptr(Message) message = world_make_message(mail, NOTHING);
	g_autoptr(GPtrArray) entries = NULL;
	SpoolMessage *spooled;

	world_reset(AWAY);
	assert_int_equal(
		intake_message(world->intake, message, "Q1"), OUTCOME_SPOOLED);
	entries = spool_list(world->spool, NULL);
	spooled = spool_read(world->spool, entries->pdata[0], NULL);
	assert_true(spool_remove(world->spool, entries->pdata[0], NULL));
	return spooled;
}

/* The spool remembers who has signed; the mail is not asked again. */
static void test_replay(void **state)
{
	const World *world = *state;
	g_autoptr(SpoolMessage) message =
		read_spooled(world, SIGNED HEAD REPORT("a") END);
	g_autoptr(GError) error = NULL;

	assert_string_equal(message->queue_id, "Q1");
	assert_string_equal(message->sender, "a@b.example");
	assert_string_equal(message->signed_by[0], "reporter.example");
	assert_false(intake_replay(world->intake, message, &error));
	assert_true(
		g_error_matches(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE));
	assert_int_equal(world_count_spooled(world), 0);
	world_reset(NOTHING);
	assert_true(intake_replay(world->intake, message, NULL));
	assert_string_equal(world_said->str, "a by reporter.example,");
}

static SpoolMessage *make_spooled(const char *mail)
{
	SpoolMessage *message = g_new0(SpoolMessage, 1);

	message->queue_id = g_strdup("H1");
	message->envelope.queue_id = message->queue_id;
	message->envelope.received = g_get_real_time() / G_USEC_PER_SEC;
	message->envelope.over_https = true;
	message->message = g_bytes_new(mail, strlen(mail));
	return message;
}

/* Anybody can have written what is in it, also what a filter would write. */
static void test_over_https(void **state)
{
	static const struct {
		const char *mail;
		const char *said;
		const char *line;
	} messages[] = {
		{SIGNED HEAD REPORT("a") END, "a by ,", "H1: stored "},
		{HEAD PART("{") END, "quarantine bad-json of part 3,",
			"H1: refused "},
		{"Subject: x\r\n\r\nx", "", "H1: no-report "},
	};
	const World *world = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(SpoolMessage) message =
			make_spooled(messages[i].mail);

		world_reset(NOTHING);
		assert_true(intake_replay(world->intake, message, NULL));
		assert_string_equal(world_said->str, messages[i].said);
		assert_true(
			g_str_has_prefix(world_lines->str, messages[i].line));
		assert_non_null(strstr(world_lines->str, " channel=https ms="));
	}
}

/* Whoever writes into the spool can call a message what he likes. */
static void test_odd_name(void **state)
{
	static const struct {
		const char *name;
		const char *line;
	} names[] = {
		{"H1\nH2: stored", "H1?H2??stored: refused "},
		{NULL, "NOQUEUE: refused "},
	};
	const World *world = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(SpoolMessage) message =
			make_spooled(HEAD PART("{") END);

		message->envelope.queue_id = names[i].name;
		world_reset(NOTHING);
		assert_true(intake_replay(world->intake, message, NULL));
		assert_true(g_str_has_prefix(world_lines->str, names[i].line));
	}
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_replay),
		TEST(test_over_https),
		TEST(test_odd_name),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
