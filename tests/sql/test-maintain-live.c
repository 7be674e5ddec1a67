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

static void test_one_folds_at_a_time(void **state)
{
	PGconn *other = live_connect(conninfo);
	g_autoptr(GError) error = NULL;
	StoreMaintenance done;

	(void)state;
	insert("while another folds");
	live_run(other, "SELECT pg_advisory_lock(8460, 1)");
	assert_true(store_maintain(store, &done, &error));
	assert_int_equal(done.folded, -1);
	/* The server notices the end of a connection a little later. */
	live_run(other, "SELECT pg_advisory_unlock(8460, 1)");
	PQfinish(other);
	assert_true(store_maintain(store, &done, &error));
	assert_int_equal(done.folded, 1);
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

static void wait_for_waiting(void)
{
	live_run_once(conninfo,
		"DO $$ BEGIN FOR i IN 1..500 LOOP IF EXISTS (SELECT FROM "
		"pg_locks WHERE NOT granted) THEN RETURN; END IF; "
		"PERFORM pg_sleep(0.02); END LOOP; "
		"RAISE 'nobody waits'; END $$");
}

static void *maintain(void *data)
{
	StoreMaintenance *done = data;
	g_autoptr(Store) patient = store_open(conninfo, 1, NULL);

	return GINT_TO_POINTER(store_maintain(patient, done, NULL));
}

static void test_partitions_do_not_stop_mail(void **state)
{
	PGconn *reader = start_reading();
	StoreMaintenance done;
	GThread *thread;

	(void)state;
	insert("before");
	thread = g_thread_new("maintain", maintain, &done);
	wait_for_waiting();
	insert("meanwhile");
	live_run(reader, "COMMIT");
	assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
	assert_int_equal(done.partitions, 1);
	assert_int_equal(done.folded, 1);
	PQfinish(reader);
}

static void test_fold_goes_before_partitions(void **state)
{
	PGconn *reader = start_reading();
	g_autoptr(GError) error = NULL;
	StoreMaintenance done;

	(void)state;
	assert_false(store_maintain(store, &done, &error));
	assert_int_equal(error->code, STORE_ERROR_UNAVAILABLE);
	assert_int_equal(done.folded, 1);
	assert_int_equal(
		live_select(reader, "SELECT count(*) FROM tlsrpt.outbox"), 0);
	PQfinish(reader);
}

/* Whoever stops, or has something else to do, need not wait for all. */
static void test_one_batch_at_a_time(void **state)
{
	StoreMaintenance done;

	(void)state;
	live_run_once(conninfo,
		"INSERT INTO tlsrpt.outbox SELECT '2026-01-01', "
		"gen_random_uuid(), false FROM generate_series(1, 5001)");
	assert_true(store_maintain(store, &done, NULL));
	assert_int_equal(done.folded, 5000);
	assert_true(done.unfinished);
	assert_true(store_maintain(store, &done, NULL));
	assert_int_equal(done.folded, 1);
	assert_false(done.unfinished);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_folds_at_a_time),
		cmocka_unit_test(test_partitions_do_not_stop_mail),
		cmocka_unit_test(test_fold_goes_before_partitions),
		cmocka_unit_test(test_one_batch_at_a_time),
	};

	return cmocka_run_group_tests(tests, create_database, drop_database);
}
