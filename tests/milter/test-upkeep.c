/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/upkeep.h"

#include <glib/gstdio.h>
#include <string.h>

#include "milter/log.h"
#include "milter/metrics-alerts.h"
#include "milter/snapshot.h"
#include "sql/error.h"
#include "sql/store-maintain.h"
#include "sql/store-rule.h"
#include "tests/test.h"

enum {
	/* Far more than any machine needs. */
	LONG_SECONDS = 30,
	SHORT_USEC = 100000,
};

/* What the thread has done, in words, and what happens next; all under the
 * mutex. */
static struct {
	GMutex mutex;
	GCond cond;
	GString *done;
	GString *lines;
	bool database_away;
	bool another_folds;
	bool hangs;
	unsigned rounds;
	/* In later ones the database is away, and nothing happens. */
	unsigned last_round;
} world;

static gint64 after(gint64 usec)
{
	return g_get_monotonic_time() + usec;
}

bool store_maintain(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	bool away;

	(void)store;
	(void)options;
	*done = (StoreMaintenance){0};
	g_mutex_lock(&world.mutex);
	while (world.hangs)
		g_cond_wait(&world.cond, &world.mutex);
	away = world.database_away || world.rounds >= world.last_round;
	world.rounds++;
	done->reached = !away;
	done->folded = world.another_folds ? -1 : 0;
	g_cond_broadcast(&world.cond);
	g_mutex_unlock(&world.mutex);
	if (away)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "away");
	return !away;
}

StoreTable *store_rule_signers(Store *store, GError **error)
{
	(void)store;
	(void)error;
	return g_new0(StoreTable, 1);
}

bool metrics_alerts_add(GString *text, Store *store, GError **error)
{
	(void)text;
	(void)store;
	(void)error;
	return true;
}

/* The queue id says what becomes of a message. */
bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error)
{
	const char *id = message->envelope.queue_id;

	(void)intake;
	g_mutex_lock(&world.mutex);
	g_string_append_printf(world.done, "%s,", id);
	g_mutex_unlock(&world.mutex);
	if (g_str_has_prefix(id, "refused"))
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_REFUSED, "no");
	if (g_str_has_prefix(id, "later"))
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "slow");
	return g_str_has_prefix(id, "good");
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	g_mutex_lock(&world.mutex);
	g_string_append_vprintf(world.lines, format, arguments);
	g_string_append_c(world.lines, '\n');
	g_mutex_unlock(&world.mutex);
	va_end(arguments);
}

static void add(Spool *spool, const char *id)
{
	static const uint8_t bytes[] = "Subject: x\r\n\r\n";
	const SpoolEnvelope envelope = {1, id, NULL, NULL};

	assert_true(spool_add(
		spool, &envelope, bytes, sizeof(bytes), 1 << 20, NULL));
}

/* Waits until so many rounds have begun. */
static void wait_for_rounds(unsigned number)
{
	g_mutex_lock(&world.mutex);
	while (world.rounds < number)
		assert_true(g_cond_wait_until(&world.cond, &world.mutex,
			after((gint64)LONG_SECONDS * G_USEC_PER_SEC)));
	g_mutex_unlock(&world.mutex);
}

/* One round, and what it did: it is over when the next has begun. */
static void run_round(Spool *spool)
{
	Upkeep *upkeep;

	g_string_truncate(world.done, 0);
	g_string_truncate(world.lines, 0);
	world.last_round = world.rounds + 1;
	upkeep = upkeep_start(NULL, NULL, spool, NULL);
	wait_for_rounds(world.last_round + 1);
	assert_true(upkeep_stop(
		upkeep, after((gint64)LONG_SECONDS * G_USEC_PER_SEC)));
}

static char *list(Spool *spool)
{
	g_autoptr(GPtrArray) entries = spool_list(spool, NULL);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];
		g_autoptr(SpoolMessage) message =
			spool_read(spool, entry, NULL);

		g_string_append_printf(text, "%s%s ", entry->corrupt ? "!" : "",
			message != NULL ? message->queue_id : "damaged");
	}
	return g_string_free(text, FALSE);
}

static void assert_list(Spool *spool, const char *wanted)
{
	g_autofree char *found = list(spool);

	assert_string_equal(found, wanted);
}

static void test_replay(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	add(spool, "good1");
	add(spool, "refused");
	add(spool, "good2");
	run_round(spool);
	assert_string_equal(world.done->str, "good1,refused,good2,");
	assert_list(spool, "!refused ");
	assert_non_null(strstr(world.lines->str, "set aside"));
	/* What was set aside is left alone. */
	run_round(spool);
	assert_string_equal(world.done->str, "");
	assert_list(spool, "!refused ");
}

/* Those that cannot be stored do not keep back the others. */
static void test_replay_goes_on(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	add(spool, "later");
	add(spool, "good");
	run_round(spool);
	assert_string_equal(world.done->str, "later,good,");
	assert_list(spool, "later ");
	assert_non_null(strstr(world.lines->str, "maintenance: slow"));
}

/* But where many cannot, the database is in trouble. */
static void test_replay_gives_up(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	for (int i = 0; i < 5; i++)
		add(spool, "later");
	run_round(spool);
	assert_string_equal(world.done->str, "later,later,later,");
	assert_list(spool, "later later later later later ");
}

static void test_damage(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *path = NULL;

	add(spool, "good");
	entries = spool_list(spool, NULL);
	path = g_build_filename(*state, "new",
		((const SpoolEntry *)entries->pdata[0])->name, NULL);
	assert_true(g_file_set_contents(path, "damaged", -1, NULL));
	run_round(spool);
	assert_string_equal(world.done->str, "");
	assert_list(spool, "!damaged ");
}

static void test_database_away(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	add(spool, "good");
	world.database_away = true;
	run_round(spool);
	assert_string_equal(world.done->str, "");
	assert_string_equal(world.lines->str, "maintenance: away\n");
	assert_list(spool, "good ");
}

/* That another process has what it takes shows nothing. */
static void test_works_again(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	Upkeep *upkeep;

	world.database_away = true;
	upkeep = upkeep_start(NULL, NULL, spool, NULL);
	wait_for_rounds(world.rounds + 1);
	g_mutex_lock(&world.mutex);
	world.database_away = false;
	world.another_folds = true;
	g_mutex_unlock(&world.mutex);
	wait_for_rounds(world.rounds + 2);
	assert_string_equal(world.lines->str, "maintenance: away\n");
	g_mutex_lock(&world.mutex);
	world.another_folds = false;
	g_mutex_unlock(&world.mutex);
	wait_for_rounds(world.rounds + 2);
	assert_string_equal(world.lines->str,
		"maintenance: away\nmaintenance: works again\n");
	assert_true(upkeep_stop(
		upkeep, after((gint64)LONG_SECONDS * G_USEC_PER_SEC)));
}

/* A thread that hangs is left to itself. */
static void test_stop_has_a_deadline(void **state)
{
	Upkeep *upkeep;

	(void)state;
	world.hangs = true;
	upkeep = upkeep_start(NULL, NULL, NULL, NULL);
	assert_false(upkeep_stop(upkeep, after(SHORT_USEC)));
	g_mutex_lock(&world.mutex);
	world.hangs = false;
	g_cond_broadcast(&world.cond);
	g_mutex_unlock(&world.mutex);
	assert_true(upkeep_stop(
		upkeep, after((gint64)LONG_SECONDS * G_USEC_PER_SEC)));
}

static Snapshot *make_snapshot(void)
{
	Settings *settings = settings_new_default();

	settings->maintenance_interval = 1;
	return snapshot_new(settings);
}

static int set_up(void **state)
{
	world.done = g_string_new(NULL);
	world.lines = g_string_new(NULL);
	world.database_away = false;
	world.another_folds = false;
	world.hangs = false;
	world.last_round = G_MAXUINT;
	snapshot_set_current(make_snapshot());
	*state = g_dir_make_tmp("tlsrpt-upkeep-XXXXXX", NULL);
	return *state != NULL ? 0 : -1;
}

static void empty_directory(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (directory != NULL &&
		(name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		g_remove(file);
	}
	g_rmdir(path);
}

static int tear_down(void **state)
{
	static const char *const places[] = {"tmp", "new", "corrupt", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path =
			g_build_filename(*state, places[i], NULL);

		empty_directory(path);
	}
	g_free(*state);
	snapshot_set_current(NULL);
	g_string_free(world.done, TRUE);
	g_string_free(world.lines, TRUE);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_replay),
		TEST(test_replay_goes_on),
		TEST(test_replay_gives_up),
		TEST(test_damage),
		TEST(test_database_away),
		TEST(test_works_again),
		TEST(test_stop_has_a_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
