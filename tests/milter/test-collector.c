/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/collector.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "intake/reason.h"
#include "milter/log.h"
#include "milter/snapshot.h"
#include "spool/spool-limits.h"
#include "sql/error.h"
#include "tests/test.h"

enum {
	/* Far more than any machine needs. */
	LONG_USEC = 30 * G_USEC_PER_SEC,
};

/* What the thread has done, in words, and what happens next; all under the
 * mutex. */
static struct {
	GMutex mutex;
	GCond cond;
	GString *done;
	GString *lines;
	bool database_away;
	bool mail_comes;
} world;

typedef struct {
	char *path;
	Spool *spool;
} Place;

static gint64 after(gint64 usec)
{
	return g_get_monotonic_time() + usec;
}

bool intake_is_busy(Intake *intake)
{
	(void)intake;
	return world.mail_comes;
}

bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error)
{
	const char *id = message->envelope.queue_id;
	bool away;

	(void)intake;
	assert_true(message->envelope.over_https);
	g_mutex_lock(&world.mutex);
	away = world.database_away || g_str_has_prefix(id, "stuck");
	g_string_append_printf(world.done, "%s,", id);
	g_cond_broadcast(&world.cond);
	g_mutex_unlock(&world.mutex);
	if (away)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "away");
	else if (g_str_has_prefix(id, "flood"))
		reason_set_error(error, REASON_FLOOD, NULL);
	else
		return true;
	return false;
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	g_mutex_lock(&world.mutex);
	g_string_append_vprintf(world.lines, format, arguments);
	g_string_append_c(world.lines, '\n');
	g_cond_broadcast(&world.cond);
	g_mutex_unlock(&world.mutex);
	va_end(arguments);
}

static void add(const Place *place, const char *id)
{
	g_autoptr(Spool) writer = spool_join(place->path, NULL);
	const SpoolEnvelope envelope = {.received = 1, .queue_id = id};

	assert_true(spool_add(
		writer, &envelope, (const uint8_t *)"x", 1, UINT64_MAX, NULL));
}

/* Waits until this was done, or logged. */
static void wait_for(const GString *text, const char *wanted)
{
	gint64 deadline = after(LONG_USEC);

	g_mutex_lock(&world.mutex);
	while (strstr(text->str, wanted) == NULL)
		assert_true(
			g_cond_wait_until(&world.cond, &world.mutex, deadline));
	g_mutex_unlock(&world.mutex);
}

static guint count_files(const Place *place)
{
	g_autoptr(GPtrArray) entries = spool_list(place->spool, NULL);

	return entries->len;
}

static void test_takes_in(void **state)
{
	const Place *place = *state;
	Collector *collector;
	SpoolLimits limits;

	add(place, "a");
	add(place, "b");
	collector = collector_start(NULL, place->spool);
	wait_for(world.done, "a,b,");
	add(place, "c");
	wait_for(world.done, "a,b,c,");
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(count_files(place), 0);
	assert_true(spool_limits_read(place->path, &limits, NULL));
	assert_int_equal(limits.message_size, 32 << 20);
	assert_int_equal(limits.spool_size, 256 << 20);
}

/* Said once, and once more when it is over; nothing goes. */
static void test_database_away(void **state)
{
	const Place *place = *state;
	Collector *collector;

	world.database_away = true;
	add(place, "a");
	collector = collector_start(NULL, place->spool);
	wait_for(world.lines, "https: away\n");
	wait_for(world.done, "a,a,");
	assert_int_equal(count_files(place), 1);
	g_mutex_lock(&world.mutex);
	world.database_away = false;
	g_mutex_unlock(&world.mutex);
	wait_for(world.lines, "https: works again\n");
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(count_files(place), 0);
	assert_null(strstr(strstr(world.lines->str, "away") + 1, "away"));
}

/* Who reads it has to know which spool is meant. */
static void test_damage(void **state)
{
	const Place *place = *state;
	g_autofree char *path = g_build_filename(place->path, "new", "1", NULL);
	g_autofree char *aside =
		g_build_filename(place->path, "corrupt", "1", NULL);
	Collector *collector;

	assert_true(g_file_set_contents(path, "x", 1, NULL));
	collector = collector_start(NULL, place->spool);
	wait_for(world.lines, "1: set aside, see tlsreport spool --https: ");
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(g_remove(aside), 0);
}

static guint count_lines(const char *end)
{
	g_auto(GStrv) lines = NULL;
	guint count = 0;

	g_mutex_lock(&world.mutex);
	lines = g_strsplit(world.lines->str, "\n", 0);
	g_mutex_unlock(&world.mutex);
	for (size_t i = 0; lines[i] != NULL; i++)
		count += g_str_has_suffix(lines[i], end);
	return count;
}

/* Such as when the disk is full, of what then has to be taken in. */
static void test_limits_cannot_be_written(void **state)
{
	const Place *place = *state;
	g_autofree char *limits = g_build_filename(place->path, "limits", NULL);
	Collector *collector;

	assert_int_equal(g_mkdir(limits, 0700), 0);
	add(place, "a");
	collector = collector_start(NULL, place->spool);
	wait_for(world.done, "a,");
	add(place, "b");
	wait_for(world.done, "a,b,");
	assert_int_equal(g_rmdir(limits), 0);
	wait_for(world.lines, "https: works again\n");
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(count_files(place), 0);
	assert_int_equal(count_lines("Is a directory"), 1);
}

/* A hole that is longer than any message is not read. */
static void test_too_long(void **state)
{
	const Place *place = *state;
	g_autofree char *path = g_build_filename(place->path, "new", "1", NULL);
	g_autofree char *aside =
		g_build_filename(place->path, "corrupt", "1", NULL);
	Collector *collector;

	assert_true(g_file_set_contents(path, "", 0, NULL));
	assert_int_equal(truncate(path, 34 << 20), 0);
	collector = collector_start(NULL, place->spool);
	wait_for(world.lines, "1: set aside, see tlsreport spool --https: ");
	assert_non_null(strstr(world.lines->str, "File too large"));
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(g_remove(aside), 0);
}

static void remove_all(const Place *place)
{
	g_autoptr(GPtrArray) entries = spool_list(place->spool, NULL);

	for (guint i = 0; i < entries->len; i++)
		assert_true(
			spool_remove(place->spool, entries->pdata[i], NULL));
}

/* More than are tried in a round, so that each leads at times. No other file
 * waits for them, and they are complained of once. */
static void test_stuck(void **state)
{
	const Place *place = *state;
	Collector *collector;

	for (int i = 0; i < 4; i++)
		add(place, "stuck");
	collector = collector_start(NULL, place->spool);
	for (int i = 0; i < 3; i++) {
		add(place, "a");
		wait_for(world.done, "a,");
		g_mutex_lock(&world.mutex);
		g_string_truncate(world.done, 0);
		g_mutex_unlock(&world.mutex);
	}
	assert_true(collector_stop(collector, after(LONG_USEC)));
	assert_int_equal(count_lines("away"), 1);
	remove_all(place);
}

/* Those that wait until strangers may add again keep nobody back. */
static void test_flood(void **state)
{
	const Place *place = *state;
	Collector *collector;

	for (int i = 0; i < 7; i++)
		add(place, "flood");
	add(place, "a");
	collector = collector_start(NULL, place->spool);
	wait_for(world.done, "flood,flood,flood,flood,flood,flood,flood,a,");
	assert_true(collector_stop(collector, after(LONG_USEC)));
	remove_all(place);
}

/* Mail goes first, but not for ever; and a stop need not wait for it. */
static void test_makes_way(void **state)
{
	const Place *place = *state;
	Collector *collector;

	world.mail_comes = true;
	for (int i = 0; i < 3; i++)
		add(place, "a");
	collector = collector_start(NULL, place->spool);
	wait_for(world.done, "a,a,a,");
	assert_true(collector_stop(collector, after(LONG_USEC)));
}

static void test_none(void **state)
{
	(void)state;
	assert_true(collector_stop(NULL, 0));
}

static int set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	Settings *settings = settings_new_default();

	settings->maintenance_interval = 1;
	snapshot_set_current(snapshot_new(settings));
	place->path = g_dir_make_tmp("tlsrpt-https-XXXXXX", NULL);
	place->spool = spool_open_shared(place->path, NULL);
	world.done = g_string_new(NULL);
	world.lines = g_string_new(NULL);
	world.database_away = false;
	world.mail_comes = false;
	*state = place;
	return place->spool != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"tmp", "new", "corrupt", "limits", ""};
	Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path =
			g_build_filename(place->path, names[i], NULL);

		g_remove(path);
	}
	spool_close(place->spool);
	g_string_free(world.done, TRUE);
	g_string_free(world.lines, TRUE);
	g_free(place->path);
	g_free(place);
	snapshot_set_current(NULL);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_takes_in),
		TEST(test_database_away),
		TEST(test_damage),
		TEST(test_limits_cannot_be_written),
		TEST(test_too_long),
		TEST(test_stuck),
		TEST(test_flood),
		TEST(test_makes_way),
		TEST(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
