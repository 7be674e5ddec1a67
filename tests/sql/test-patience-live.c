/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/error.h"
#include "sql/migrate.h"
#include "sql/store-insert.h"
#include "tests/sql/live.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* A database of its own, in which nothing is said while a table is locked. */
static char *conninfo;

static const StoreReport row = {
	.report = &sample_report, .auth_domain = "", .received_by = "here"};

/* A test that failed may have left it locked. */
static const char lock_statement[] =
	"SET idle_in_transaction_session_timeout = '20s'; "
	"BEGIN; SET LOCAL lock_timeout = '25s'; LOCK TABLE tlsrpt.report";

static int create_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);
	g_autoptr(Store) store = NULL;
	MigrateResult result;

	(void)state;
	live_run_once(server, "CREATE DATABASE patience_test");
	conninfo = live_get_conninfo("patience_test");
	store = store_open(conninfo, 1, NULL);
	return store == NULL || !migrate_init(store, &result, NULL);
}

static int drop_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);

	(void)state;
	live_run_once(server, "DROP DATABASE patience_test");
	g_free(conninfo);
	return 0;
}

/* Whoever gives up leaves nobody behind that waits for the lock. */
static void wait_for_end(PGconn *other)
{
	live_run(other,
		"DO $$ BEGIN FOR i IN 1..500 LOOP IF NOT EXISTS (SELECT "
		"FROM pg_locks WHERE NOT granted) THEN RETURN; END IF; "
		"PERFORM pg_sleep(0.02); END LOOP; "
		"RAISE 'somebody still waits'; END $$");
}

static void test_a_silent_server(void **state)
{
	g_autoptr(Store) own = store_open(conninfo, 1, NULL);
	g_autoptr(GError) error = NULL;
	PGconn *other = live_connect(conninfo);
	StoreOutcome outcome;

	(void)state;
	store_set_patience(own, 1);
	assert_true(store_insert(own, &row, &outcome, &error));
	live_run(other, lock_statement);
	assert_false(store_insert(own, &row, &outcome, &error));
	assert_int_equal(error->code, STORE_ERROR_SLOW);
	wait_for_end(other);
	assert_string_equal(error->message,
		"the database has not answered for 1 seconds: see what it "
		"waits for in pg_stat_activity");
	PQfinish(other);
	assert_true(store_insert(own, &row, &outcome, NULL));
	assert_int_equal(outcome, STORE_OUTCOME_DUPLICATE);
}

/* Sooner than the store's patience asks for. */
static void test_a_deadline(void **state)
{
	g_autoptr(Store) own = store_open(conninfo, 1, NULL);
	g_autoptr(GError) error = NULL;
	PGconn *other = live_connect(conninfo);
	gint64 start = g_get_monotonic_time();
	StoreReport late = row;
	StoreOutcome outcome;

	(void)state;
	store_set_patience(own, 60);
	late.deadline = start + 2 * G_USEC_PER_SEC;
	live_run(other, lock_statement);
	assert_false(store_insert(own, &late, &outcome, &error));
	assert_int_equal(error->code, STORE_ERROR_SLOW);
	assert_true(g_get_monotonic_time() >= late.deadline);
	assert_true(g_get_monotonic_time() < start + 50 * G_USEC_PER_SEC);
	PQfinish(other);
	g_clear_error(&error);
	late.deadline = start;
	assert_false(store_insert(own, &late, &outcome, &error));
	assert_int_equal(error->code, STORE_ERROR_UNAVAILABLE);
	assert_non_null(strstr(error->message, "no time left"));
}

static void test_dead_connections_are_replaced(void **state)
{
	g_autoptr(Store) own = store_open(conninfo, 1, NULL);
	g_autoptr(GError) error = NULL;
	StoreOutcome outcome;

	(void)state;
	assert_true(store_insert(own, &row, &outcome, &error));
	live_run_once(conninfo,
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
		"WHERE datname = current_database() "
		"AND pid <> pg_backend_pid()");
	assert_true(store_insert(own, &row, &outcome, &error));
	assert_int_equal(outcome, STORE_OUTCOME_DUPLICATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_silent_server),
		cmocka_unit_test(test_a_deadline),
		cmocka_unit_test(test_dead_connections_are_replaced),
	};

	return cmocka_run_group_tests(tests, create_database, drop_database);
}
