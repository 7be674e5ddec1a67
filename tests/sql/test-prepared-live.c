/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/error.h"
#include "sql/migrate.h"
#include "sql/prepared.h"
#include "sql/report-params.h"
#include "sql/store-insert.h"
#include "sql/store-internal.h"
#include "tests/sql/live.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

static char *conninfo;

/* With one connection, so that what is done to it meets the next report. */
static Store *store;

static int create_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);
	MigrateResult result;

	(void)state;
	live_run_once(server, "CREATE DATABASE prepared_test");
	conninfo = live_get_conninfo("prepared_test");
	store = store_open(conninfo, 1, NULL);
	return store == NULL || !migrate_init(store, &result, NULL);
}

static int drop_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);

	(void)state;
	store_close(store);
	live_run_once(server, "DROP DATABASE prepared_test");
	g_free(conninfo);
	return 0;
}

static int open_store(void **state)
{
	(void)state;
	store_close(store);
	store = store_open(conninfo, 1, NULL);
	return store == NULL;
}

/* Whatever is wrong with a session, a report is stored, and once. */
static void insert(const char *report_id)
{
	Report report = sample_report;
	const StoreReport row = {.report = &report,
		.received_by = "here",
		.auth_domain = "a.example"};
	g_autoptr(GError) error = NULL;
	StoreOutcome outcome;

	report.report_id = report_id;
	assert_true(store_insert(store, &row, &outcome, &error));
	assert_int_equal(outcome, STORE_OUTCOME_STORED);
}

static int64_t ask_session(const char *statement)
{
	PGconn *connection = store_borrow(store, NULL);
	int64_t number = live_select(connection, statement);

	store_return(store, connection);
	return number;
}

static void change_session(const char *statement)
{
	PGconn *connection = store_borrow(store, NULL);

	live_run(connection, statement);
	store_return(store, connection);
}

static int64_t count_prepared(void)
{
	return ask_session("SELECT count(*) FROM pg_prepared_statements");
}

static void test_once(void **state)
{
	(void)state;
	insert("once 1");
	assert_int_equal(count_prepared(), 1);
	insert("once 2");
	assert_int_equal(count_prepared(), 1);
	assert_int_equal(ask_session("SELECT generic_plans + custom_plans "
				     "FROM pg_prepared_statements"),
		2);
}

/* As behind a pooler that did not look like one. */
static void test_another_session(void **state)
{
	(void)state;
	insert("gone 1");
	change_session("DEALLOCATE ALL");
	insert("gone 2");
	assert_int_equal(count_prepared(), 0);
	insert("gone 3");
	assert_int_equal(count_prepared(), 0);
	assert_int_equal(ask_session("SELECT count(*) FROM tlsrpt.report "
				     "WHERE report_id LIKE 'gone%'"),
		3);
}

static void test_a_name_that_is_taken(void **state)
{
	const StoreReport row = {.report = &sample_report,
		.received_by = "here",
		.auth_domain = "a.example"};
	g_auto(ReportParams) params = {0};
	g_autofree char *name = NULL;
	g_autofree char *statement = NULL;

	(void)state;
	report_params_init(&params, &row);
	name = prepared_make_name(params.statement->str);
	statement = g_strdup_printf("PREPARE \"%s\" AS SELECT true", name);
	change_session(statement);
	insert("taken");
	assert_int_equal(ask_session("SELECT count(*) FROM tlsrpt.report "
				     "WHERE report_id = 'taken'"),
		1);
}

/* A sender that leaves out this and that must not fill the server's memory. */
static void test_no_more_than(void **state)
{
	PGconn *connection = store_borrow(store, NULL);
	int count = 0;

	(void)state;
	assert_non_null(connection);
	for (; count < 1000; count++) {
		g_autofree char *name = g_strdup_printf("%d", count);

		if (!prepared_accepts(connection, name))
			break;
		prepared_add(connection, name);
	}
	assert_int_equal(count, 32);
	assert_true(prepared_accepts(connection, "0"));
	store_return(store, connection);
	insert("one more");
	assert_int_equal(count_prepared(), 0);
}

/* Errors of the statement itself are no reason to run it again. */
static void test_refused(void **state)
{
	Report report = sample_report;
	const StoreReport row = {.report = &report,
		.received_by = "here",
		.auth_domain = "a.example"};
	g_autoptr(GError) error = NULL;
	StoreOutcome outcome;

	(void)state;
	report.report_id = "";
	assert_false(store_insert(store, &row, &outcome, &error));
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	assert_string_equal(
		error->message, "tlsrpt: report_id is outside of its limits");
	assert_int_equal(count_prepared(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_once, open_store),
		cmocka_unit_test_setup(test_another_session, open_store),
		cmocka_unit_test_setup(test_a_name_that_is_taken, open_store),
		cmocka_unit_test_setup(test_no_more_than, open_store),
		cmocka_unit_test_setup(test_refused, open_store),
	};

	return cmocka_run_group_tests(tests, create_database, drop_database);
}
