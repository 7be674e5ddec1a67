/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/error.h"
#include "sql/migrate.h"
#include "sql/store-insert.h"
#include "sql/store-maintain.h"
#include "tests/sql/live.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* The tests share a database of their own, and a store on it whose statements
 * give up soon where others would wait for a lock. */
static char *conninfo;
static Store *store;

static int create_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);
	g_autofree char *impatient = NULL;
	MigrateResult result;

	(void)state;
	live_run_once(server, "CREATE DATABASE maintain_test");
	conninfo = live_get_conninfo("maintain_test");
	impatient =
		g_strdup_printf("%s options='-c lock_timeout=2000'", conninfo);
	store = store_open(impatient, 2, NULL);
	return store == NULL || !migrate_init(store, &result, NULL);
}

static int drop_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);

	(void)state;
	store_close(store);
	live_run_once(server, "DROP DATABASE maintain_test");
	g_free(conninfo);
	return 0;
}

static void insert(const char *report_id)
{
	Report report = sample_report;
	const StoreReport row = {
		.report = &report, .auth_domain = "", .received_by = "here"};
	StoreOutcome outcome = STORE_OUTCOME_CONFLICT;
	g_autoptr(GError) error = NULL;

	report.report_id = report_id;
	if (!store_insert(store, &row, &outcome, &error))
		fail_msg("%s", error->message);
	assert_int_equal(outcome, STORE_OUTCOME_STORED);
}

static bool maintain(StoreMaintenance *done, GError **error)
{
	static const StoreMaintainOptions options = {
		{90, INT64_C(1) << 30}, false, true};

	return store_maintain(store, &options, done, error);
}

static void test_one_folds_at_a_time(void **state)
{
	PGconn *other = live_connect(conninfo);
	g_autoptr(GError) error = NULL;
	StoreMaintenance done = {0};

	(void)state;
	insert("while another folds");
	live_run(other, "BEGIN; SELECT FROM tlsrpt.job FOR UPDATE");
	assert_true(maintain(&done, &error));
	assert_int_equal(done.folded, -1);
	assert_int_equal(done.alert_events, -1);
	live_run(other, "COMMIT");
	PQfinish(other);
	assert_true(maintain(&done, &error));
	assert_int_equal(done.folded, 1);
}

/* Whoever holds the roll-ups and does nothing is not taken for somebody who is
 * at work. */
static void test_a_fold_that_stands_still(void **state)
{
	PGconn *other = live_connect(conninfo);
	g_autoptr(GError) error = NULL;
	StoreMaintenance done = {0};

	(void)state;
	insert("behind one that stands still");
	live_run(other, "UPDATE tlsrpt.report SET received_at = now() - "
			"interval '2 minutes'; UPDATE tlsrpt.job SET done_at = "
			"now() - interval '2 minutes'");
	live_run(other, "BEGIN; SELECT FROM tlsrpt.job WHERE name = 'fold' FOR "
			"UPDATE");
	assert_false(maintain(&done, &error));
	assert_int_equal(error->code, STORE_ERROR_LOCKED);
	assert_non_null(strstr(error->message, "another process holds them"));
	assert_int_equal(done.alert_events, 0);
	assert_true(done.reached);
	live_run(other, "COMMIT");
	PQfinish(other);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.folded, 1);
}

/* Advisory locks are open to everybody who may connect. */
static void test_locks_of_strangers(void **state)
{
	PGconn *other = live_connect(conninfo);
	StoreMaintenance done = {0};
	MigrateResult result;

	(void)state;
	insert("while a stranger holds locks");
	live_run(other, "SELECT pg_advisory_lock(8460, number) FROM "
			"generate_series(0, 9) AS number");
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.folded, 1);
	assert_int_equal(done.alert_events, 0);
	assert_true(migrate_upgrade(store, &result, NULL));
	PQfinish(other);
}

static void make_slow(const char *report_id)
{
	g_autofree char *statement = g_strdup_printf(
		"CREATE FUNCTION tlsrpt.sleep() RETURNS trigger LANGUAGE "
		"plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM tlsrpt.folding "
		"JOIN tlsrpt.report USING (day, report_key) WHERE report_id = "
		"'%s') THEN PERFORM pg_sleep(60); END IF; RETURN new; END $$;"
		"CREATE TRIGGER sleep BEFORE INSERT OR UPDATE ON "
		"tlsrpt.daily_domain FOR EACH ROW EXECUTE FUNCTION "
		"tlsrpt.sleep()",
		report_id);

	live_run_once(conninfo, statement);
}

/* A store whose statements end soon. */
static Store *open_hasty(void)
{
	g_autofree char *hasty = g_strdup_printf(
		"%s options='-c statement_timeout=500'", conninfo);

	return store_open(hasty, 1, NULL);
}

/* One report that takes too long keeps neither the others nor anything else,
 * and is named once. */
static void test_a_report_too_large(void **state)
{
	static const StoreMaintainOptions options = {
		{90, INT64_C(1) << 30}, false, true};
	g_autoptr(Store) hasty = open_hasty();
	PGconn *other = live_connect(conninfo);
	StoreMaintenance done = {.fold_rows = 100};
	int errors = 0;
	int64_t folded = 0;

	(void)state;
	insert("before it");
	insert("the large one");
	insert("after it");
	make_slow("the large one");
	do {
		g_autoptr(GError) error = NULL;

		if (!store_maintain(hasty, &options, &done, &error)) {
			errors++;
			assert_int_equal(error->code, STORE_ERROR_SLOW);
			assert_non_null(strstr(
				error->message, "leaving out the report "));
		}
		assert_int_equal(done.alert_events, 0);
		folded += done.folded;
	} while (done.unfinished);
	assert_int_equal(errors, 1);
	assert_int_equal(folded, 2);
	assert_int_equal(
		live_select(other, "SELECT count(*) FROM tlsrpt.outbox"), 1);
	live_run(other, "DROP FUNCTION tlsrpt.sleep() CASCADE; UPDATE "
			"tlsrpt.outbox SET not_before = NULL");
	PQfinish(other);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.folded, 1);
}

static void test_quarantine_is_bounded(void **state)
{
	StoreMaintenance done = {0};

	(void)state;
	live_run_once(conninfo,
		"INSERT INTO tlsrpt.quarantine (id, received_at, received_by, "
		"reason, message, size, raw, signed_by) "
		"SELECT gen_random_uuid(), now() - days * interval '1 day', "
		"'here', 'bad-json', 'm', 1, '', '{}' "
		"FROM unnest(ARRAY[89, 91]) AS days");
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.released, 1);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.released, 0);
}

/* Nor does one who reads wait, as long as nothing is new. */
static void test_an_upgrade_waits_for_no_reader(void **state)
{
	PGconn *reader = live_connect(conninfo);
	g_autoptr(GError) error = NULL;
	MigrateResult result;
	gint64 begun = g_get_monotonic_time();

	(void)state;
	live_run(reader, "BEGIN; LOCK TABLE tlsrpt.v_report, "
			 "tlsrpt.v_daily_failure IN ACCESS SHARE MODE");
	assert_true(migrate_upgrade(store, &result, &error));
	assert_true(g_get_monotonic_time() - begun < 10 * G_USEC_PER_SEC);
	live_run(reader, "COMMIT");
	PQfinish(reader);
}

/* Somebody reads all partitions and takes his time; one of them is missing. */
static PGconn *start_reading(void)
{
	PGconn *reader = live_connect(conninfo);

	live_run(reader, "DO $$ BEGIN EXECUTE format('DROP TABLE tlsrpt.%I', "
			 "'report' || to_char(now() + interval '13 months', "
			 "'_YYYYMM')); END $$");
	live_run(reader, "BEGIN; SELECT count(*) FROM tlsrpt.v_report");
	return reader;
}

/* Readers would queue up behind whoever waits for the first of them. */
static void test_partitions_wait_for_no_reader(void **state)
{
	PGconn *reader = start_reading();
	g_autoptr(GError) error = NULL;
	StoreMaintenance done = {0};

	(void)state;
	insert("before");
	assert_false(maintain(&done, &error));
	assert_int_equal(error->code, STORE_ERROR_LOCKED);
	assert_int_equal(done.folded, 1);
	insert("meanwhile");
	live_run(reader, "COMMIT");
	PQfinish(reader);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.partitions, 1);
}

static int64_t count_pending(void)
{
	PGconn *connection = live_connect(conninfo);
	int64_t count = live_select(
		connection, "SELECT count(*) FROM tlsrpt.alert_pending");

	PQfinish(connection);
	return count;
}

/* Whoever stops, or has something else to do, need not wait for all. While
 * reports wait, alerts of a few domains are evaluated. */
static void test_one_batch_at_a_time(void **state)
{
	StoreMaintenance done = {0};

	(void)state;
	live_run_once(conninfo,
		"INSERT INTO tlsrpt.alert_pending (policy_domain) SELECT "
		"format('d%s.example', number) FROM generate_series(1, 200) "
		"AS number");
	live_run_once(conninfo,
		"INSERT INTO tlsrpt.outbox SELECT '2026-01-01', "
		"gen_random_uuid(), false, 8 FROM generate_series(1, 5001)");
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.folded, 5000);
	assert_true(done.unfinished);
	assert_int_equal(count_pending(), 175);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.folded, 1);
	assert_int_equal(count_pending(), 0);
	assert_false(done.unfinished);
}

/* A minute later, as news may be followed by more, unless it is wanted at once;
 * and not while reports wait. */
static void test_verdicts_are_renewed(void **state)
{
	static const StoreMaintainOptions later = {
		{90, INT64_C(1) << 30}, false, false};
	StoreMaintenance done = {0};

	(void)state;
	assert_true(maintain(&done, NULL));
	insert("with news of two names");
	assert_true(store_maintain(store, &later, &done, NULL));
	assert_int_equal(done.folded, 1);
	assert_int_equal(done.judged, 0);
	live_run_once(conninfo,
		"UPDATE tlsrpt.domain_rollout SET news_at = now() - interval "
		"'61 seconds' WHERE policy_domain = 'x.example'");
	assert_true(store_maintain(store, &later, &done, NULL));
	assert_int_equal(done.judged, 2);
	insert("with more");
	live_run_once(conninfo,
		"INSERT INTO tlsrpt.outbox SELECT '2026-01-01', "
		"gen_random_uuid(), false, 8 FROM generate_series(1, 5001)");
	assert_true(maintain(&done, NULL));
	assert_true(done.unfinished);
	assert_int_equal(done.judged, 0);
	assert_true(maintain(&done, NULL));
	assert_int_equal(done.judged, 2);
	assert_false(done.unfinished);
}

/* It is named, and the others are judged. */
static void test_a_verdict_that_takes_long(void **state)
{
	static const StoreMaintainOptions options = {
		{90, INT64_C(1) << 30}, false, true};
	g_autoptr(Store) hasty = open_hasty();
	PGconn *other = live_connect(conninfo);
	StoreMaintenance done = {.verdict_domains = 4};
	int64_t judged = 0;
	int errors = 0;

	(void)state;
	live_run(other,
		"UPDATE tlsrpt.domain_rollout SET judged_by = NULL; CREATE "
		"FUNCTION tlsrpt.sleep() RETURNS trigger LANGUAGE plpgsql AS "
		"$$ BEGIN IF new.policy_domain = 'x.example' AND "
		"new.judged_by IS NOT NULL THEN PERFORM pg_sleep(60); END IF; "
		"RETURN new; END $$; CREATE TRIGGER sleep BEFORE UPDATE ON "
		"tlsrpt.domain_rollout FOR EACH ROW EXECUTE FUNCTION "
		"tlsrpt.sleep()");
	do {
		g_autoptr(GError) error = NULL;

		if (!store_maintain(hasty, &options, &done, &error)) {
			errors++;
			assert_int_equal(error->code, STORE_ERROR_SLOW);
			assert_non_null(strstr(error->message,
				"leaving out the verdict on the domain "
				"x.example for now"));
		}
		judged += done.judged;
	} while (done.unfinished);
	assert_int_equal(errors, 1);
	assert_int_equal(judged, 1);
	live_run(other, "DROP FUNCTION tlsrpt.sleep() CASCADE");
	PQfinish(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_folds_at_a_time),
		cmocka_unit_test(test_a_fold_that_stands_still),
		cmocka_unit_test(test_locks_of_strangers),
		cmocka_unit_test(test_a_report_too_large),
		cmocka_unit_test(test_quarantine_is_bounded),
		cmocka_unit_test(test_an_upgrade_waits_for_no_reader),
		cmocka_unit_test(test_partitions_wait_for_no_reader),
		cmocka_unit_test(test_one_batch_at_a_time),
		cmocka_unit_test(test_verdicts_are_renewed),
		cmocka_unit_test(test_a_verdict_that_takes_long),
	};

	return cmocka_run_group_tests(tests, create_database, drop_database);
}
