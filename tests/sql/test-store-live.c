/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "sql/error.h"
#include "sql/grant.h"
#include "sql/migrate.h"
#include "sql/schema.h"
#include "sql/store-insert.h"
#include "sql/store-maintain.h"
#include "sql/store-quarantine.h"
#include "sql/store-query.h"
#include "sql/store-status.h"
#include "tests/sql/live.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

enum {
	THREADS = 16,
	CONNECTIONS = 4,
};

/* The tests build on one another: they share an empty database, named by the
 * environment variable STORE_TEST. */
static Store *store;

static const StoreReport row = {
	.report = &sample_report, .auth_domain = "", .received_by = "here"};

static void run_sql(const char *statement)
{
	live_run_once(g_getenv("STORE_TEST"), statement);
}

static int open_store(void **state)
{
	(void)state;
	store = store_open(g_getenv("STORE_TEST"), CONNECTIONS, NULL);
	return store == NULL;
}

static int close_store(void **state)
{
	(void)state;
	store_close(store);
	return 0;
}

static void test_no_schema(void **state)
{
	g_autoptr(GError) error = NULL;
	StoreOutcome outcome;
	MigrateResult result;

	(void)state;
	assert_false(store_check(store, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
	g_clear_error(&error);
	assert_false(store_insert(store, &row, &outcome, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
	g_clear_error(&error);
	assert_false(migrate_upgrade(store, &result, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
}

/* The roles are there already, from another database of the cluster. */
static void test_migrate(void **state)
{
	g_autoptr(GError) error = NULL;
	MigrateResult result;

	(void)state;
	assert_true(migrate_init(store, &result, &error));
	assert_int_equal(result.version_before, 0);
	assert_int_equal(result.version_after, schema_get_version());
	assert_true(store_check(store, &error));
	assert_false(migrate_init(store, &result, &error));
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	g_clear_error(&error);
	assert_true(migrate_upgrade(store, &result, &error));
	assert_int_equal(result.version_before, schema_get_version());
}

static void test_other_encoding(void **state)
{
	g_autofree char *conninfo = live_get_conninfo("latin1_test");
	g_autoptr(Store) other = store_open(conninfo, 1, NULL);
	g_autoptr(GError) error = NULL;
	MigrateResult result;

	(void)state;
	run_sql("CREATE DATABASE latin1_test ENCODING 'LATIN1' "
		"LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	assert_false(migrate_init(other, &result, &error));
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	assert_string_equal(error->message,
		"the database has the encoding LATIN1, reports need UTF8: "
		"create it with createdb -T template0 -E UTF8");
}

static void *insert_once(void *data)
{
	StoreOutcome outcome = STORE_OUTCOME_CONFLICT;

	(void)data;
	if (!store_insert(store, &row, &outcome, NULL))
		outcome = STORE_OUTCOME_CONFLICT;
	return GINT_TO_POINTER(outcome);
}

/* Those of the store, by the name it gives to all of them. */
static int64_t count_connections(void)
{
	PGconn *connection = live_connect(g_getenv("STORE_TEST"));
	int64_t count = live_select(connection,
		"SELECT count(*) FROM pg_stat_activity "
		"WHERE datname = current_database() "
		"AND application_name = 'tlsrpt-milter'");

	PQfinish(connection);
	return count;
}

static void test_many_at_once_store_one(void **state)
{
	GThread *threads[THREADS];
	int stored = 0;
	int duplicate = 0;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("insert", insert_once, NULL);
	for (int i = 0; i < THREADS; i++) {
		int outcome = GPOINTER_TO_INT(g_thread_join(threads[i]));

		stored += outcome == STORE_OUTCOME_STORED;
		duplicate += outcome == STORE_OUTCOME_DUPLICATE;
	}
	assert_int_equal(stored, 1);
	assert_int_equal(duplicate, THREADS - 1);
	assert_in_range(count_connections(), 1, CONNECTIONS);
}

static void test_batch(void **state)
{
	Report reports[3];
	StoreReport rows[3];
	StoreOutcome outcomes[3];
	g_autoptr(GError) error = NULL;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		reports[i] = sample_report;
		rows[i] = row;
		rows[i].report = &reports[i];
	}
	reports[1].report_id = "second";
	reports[2].report_id = "second";
	assert_true(store_insert_batch(store, rows, 3, outcomes, &error));
	assert_int_equal(outcomes[0], STORE_OUTCOME_DUPLICATE);
	assert_int_equal(outcomes[1], STORE_OUTCOME_STORED);
	assert_int_equal(outcomes[2], STORE_OUTCOME_DUPLICATE);
	assert_true(store_insert_batch(store, NULL, 0, NULL, &error));
}

/* Another content under the key that only an authenticated report has. */
static void test_conflict(void **state)
{
	StoreReport signed_row = row;
	StoreOutcome outcome;

	(void)state;
	signed_row.auth_domain = "a.example";
	assert_true(store_insert(store, &signed_row, &outcome, NULL));
	assert_int_equal(outcome, STORE_OUTCOME_STORED);
	signed_row.digest[0] = 1;
	assert_true(store_insert(store, &signed_row, &outcome, NULL));
	assert_int_equal(outcome, STORE_OUTCOME_CONFLICT);
}

static void test_quarantine(void **state)
{
	const StoreQuarantine quarantined = {.reason = "bad-json",
		.message = "caf\xe9 is not UTF-8",
		.raw = (const uint8_t *)"\0\xff",
		.raw_size = 2};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(store_quarantine(store, &quarantined, &error));
	assert_true(store_quarantine(store, &quarantined, &error));
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Filters, and how many rows each kind of query has with it. */
static const struct {
	StoreQueryFilter filter;
	size_t rows[3];
} queries[] = {
	{{0}, {2, 2, 3}},
	{{.since = "2026-10-01", .until = "2026-10-01"}, {2, 2, 3}},
	{{.since = "2026-10-02"}, {0, 0, 0}},
	{{.until = "2026-09-30"}, {0, 0, 0}},
	{{.domains = NAMES("x.example")}, {1, 2, 3}},
	{{.domains = NAMES("*x.example")}, {2, 2, 3}},
	{{.domains = NAMES("_.example")}, {0, 0, 0}},
	{{.domains = NAMES("%")}, {0, 0, 0}},
	{{.organizations = NAMES("null")}, {2, 2, 3}},
	{{.organizations = NAMES("n")}, {0, 0, 0}},
	{{.types = NAMES("certificate-*")}, {1, 2, 3}},
	{{.types = NAMES("tlsa-*")}, {0, 0, 0}},
	{{.limit = 1}, {1, 1, 1}},
	{{.domains = NAMES("no.example", "x.example")}, {1, 2, 3}},
	{{.domains = NAMES("no.example", "*x.example")}, {2, 2, 3}},
	{{.organizations = NAMES("n", "NULL")}, {2, 2, 3}},
	{{.types = NAMES("tlsa-*", "certificate-*")}, {1, 2, 3}},
	{{.authenticated = true}, {2, 1, 1}},
};

static void check_queries(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		for (int kind = 0; kind < 3; kind++) {
			g_autoptr(GError) error = NULL;
			g_autoptr(StoreTable) table =
				store_query(store, (StoreQueryKind)kind,
					&queries[i].filter, &error);

			assert_non_null(table);
			assert_int_equal(
				table->row_count, queries[i].rows[kind]);
		}
	}
}

/* Of each kind one name that is unknown, and others that are not. */
static void test_unknown_names(void **state)
{
	const StoreQueryFilter filter = {
		.domains = NAMES("x.example", "y.example", "*.example"),
		.organizations = NAMES("NULL", "nil"),
		.types = NAMES("tlsa-invalid", "tlsa-odd"),
	};
	const StoreQueryFilter known = {
		.domains = NAMES("x.example"), .types = NAMES("*")};
	const char *const unknown[] = {"y.example", "nil", "tlsa-odd"};
	g_autoptr(StoreTable) table = store_query_unknown(store, &filter, NULL);
	g_autoptr(StoreTable) none = store_query_unknown(store, &known, NULL);

	(void)state;
	assert_int_equal(none->row_count, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++)
		assert_string_equal(
			store_table_get(table, i, "name"), unknown[i]);
	for (size_t i = G_N_ELEMENTS(unknown); i < table->row_count; i++)
		assert_non_null(store_table_get(table, i, "candidate"));
	assert_string_equal(
		store_table_get(table, table->row_count - 1, "kind"), "type");
}

static void test_queries_before_and_after_maintenance(void **state)
{
	g_autoptr(GError) error = NULL;
	static const StoreMaintainOptions options = {
		{90, INT64_C(1) << 30}, false, true};
	StoreMaintenance done = {0};

	(void)state;
	check_queries();
	assert_true(store_maintain(store, &options, &done, &error));
	assert_int_equal(done.folded, 3);
	check_queries();
	assert_true(store_maintain(store, &options, &done, &error));
	assert_int_equal(done.folded, 0);
}

static void test_table(void **state)
{
	const StoreQueryFilter filter = {.domains = NAMES("x.example")};
	g_autoptr(StoreTable) table =
		store_query(store, STORE_QUERY_SUMMARY, &filter, NULL);

	(void)state;
	assert_int_equal(table->column_count, 13);
	assert_string_equal(table->columns[0].name, "policy_domain");
	assert_int_equal(table->columns[0].type, STORE_COLUMN_TEXT);
	assert_int_equal(table->columns[5].type, STORE_COLUMN_NUMBER);
	assert_string_equal(table->cells[0], "x.example");
	assert_string_equal(table->cells[5], "21");
	assert_string_equal(table->cells[6], "9");
	assert_string_equal(table->cells[7], "30.00");
	assert_int_equal(table->columns[12].type, STORE_COLUMN_SERIES);
	assert_string_equal(table->cells[12], "[30.00]");
}

static void test_status(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreTable) table = store_status(store, &error);

	(void)state;
	assert_non_null(table);
	assert_int_equal(table->column_count, 2);
	assert_string_equal(table->cells[0], "schema version");
	assert_int_equal(atoi(table->cells[1]), schema_get_version());
}

static void check_permission(const char *role, bool writes, bool reads)
{
	g_autofree char *conninfo =
		g_strdup_printf("%s user=%s", g_getenv("STORE_TEST"), role);
	g_autoptr(Store) other = store_open(conninfo, 1, NULL);
	const StoreQueryFilter none = {0};
	g_autoptr(StoreTable) table =
		store_query(other, STORE_QUERY_SUMMARY, &none, NULL);
	g_autoptr(GError) error = NULL;
	StoreOutcome outcome;

	assert_int_equal(store_insert(other, &row, &outcome, &error), writes);
	if (!writes)
		assert_int_equal(error->code, STORE_ERROR_PERMISSION);
	assert_int_equal(table != NULL, reads);
}

static void test_grant(void **state)
{
	static const char odd_name[] = "\"; DROP SCHEMA tlsrpt; --";
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(grant_role(store, "writer", "store_writer", &error));
	assert_true(grant_role(store, "writer", "store_writer", &error));
	assert_true(grant_role(store, "reader", "store_reader", &error));
	assert_true(grant_role(store, "reader", odd_name, &error));
	assert_false(grant_role(store, "owner", "store_reader", &error));
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	run_sql("CREATE ROLE store_nobody LOGIN");
	check_permission("store_writer", true, false);
	check_permission("store_reader", false, true);
	check_permission("store_nobody", false, false);
}

static void test_older_schema(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	run_sql("DELETE FROM tlsrpt.schema_version WHERE version = (SELECT "
		"max(version) FROM tlsrpt.schema_version)");
	assert_false(store_check(store, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
	assert_non_null(strstr(error->message, "run tlsreport db upgrade"));
	run_sql("INSERT INTO tlsrpt.schema_version SELECT max(version) + 1 "
		"FROM tlsrpt.schema_version");
	assert_true(store_check(store, NULL));
}

static void test_newer_schema(void **state)
{
	g_autoptr(GError) error = NULL;
	MigrateResult result;

	(void)state;
	run_sql("INSERT INTO tlsrpt.schema_version VALUES (99)");
	assert_false(store_check(store, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
	assert_non_null(strstr(error->message, "upgrade the program"));
	g_clear_error(&error);
	assert_false(migrate_upgrade(store, &result, &error));
	assert_int_equal(error->code, STORE_ERROR_SCHEMA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_schema),
		cmocka_unit_test(test_migrate),
		cmocka_unit_test(test_other_encoding),
		cmocka_unit_test(test_many_at_once_store_one),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_quarantine),
		cmocka_unit_test(test_queries_before_and_after_maintenance),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_grant),
		cmocka_unit_test(test_older_schema),
		cmocka_unit_test(test_newer_schema),
	};

	return cmocka_run_group_tests(tests, open_store, close_store);
}
