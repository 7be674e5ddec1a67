/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/error.h"
#include "sql/sqlstate.h"
#include "sql/store.h"
#include "tests/test.h"

static const struct {
	const char *sqlstate;
	const char *message;
	StoreErrorCode code;
	const char *text;
} cases[] = {
	{NULL, "no answer\n\tat all\n", STORE_ERROR_UNAVAILABLE,
		"no answer  at all"},
	{"08001", "connection refused", STORE_ERROR_UNAVAILABLE,
		"no connection: start the database, or correct the connection "
		"string (connection refused)"},
	{"57P01", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"57014", "m", STORE_ERROR_UNAVAILABLE,
		"the database was too slow: see pg_stat_activity (m)"},
	{"55P03", "m", STORE_ERROR_UNAVAILABLE,
		"somebody has locked the tables: see pg_locks (m)"},
	{"53300", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"25006", "m", STORE_ERROR_UNAVAILABLE,
		"the server is read-only: name the primary, or all servers "
		"and target_session_attrs=read-write (m)"},
	{"40P01", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"XX001", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"99999", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"23514", "m", STORE_ERROR_REFUSED, "m"},
	{"22P02", "bad \x1b[1m", STORE_ERROR_REFUSED, "bad  [1m"},
	{"54000", "m", STORE_ERROR_REFUSED, "m"},
	{"42501", "permission denied", STORE_ERROR_PERMISSION,
		"ask the owner of the database to run tlsreport db grant "
		"(permission denied)"},
	{"3F000", "m", STORE_ERROR_SCHEMA,
		"the database has no tlsrpt schema: run tlsreport db init "
		"(m)"},
	{"42883", "m", STORE_ERROR_SCHEMA,
		"the schema does not fit this program: run tlsreport db "
		"upgrade, which says which of them is older (m)"},
};

static void test_sqlstates(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		sqlstate_set_error(&error, cases[i].sqlstate, cases[i].message);
		assert_int_equal(error->domain, STORE_ERROR);
		assert_int_equal(error->code, cases[i].code);
		assert_string_equal(error->message, cases[i].text);
	}
}

static void test_malformed_conninfo(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open("dbname", 1, &error);

	(void)state;
	assert_null(store);
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	assert_string_equal(error->message,
		"database: missing \"=\" after \"dbname\" in connection info "
		"string");
}

static void test_no_server(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store =
		store_open("host=/nonexistent dbname=x", 1, &error);

	(void)state;
	assert_non_null(store);
	for (int i = 0; i < 3; i++) {
		assert_false(store_check(store, &error));
		assert_int_equal(error->code, STORE_ERROR_UNAVAILABLE);
		g_clear_error(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sqlstates),
		cmocka_unit_test(test_malformed_conninfo),
		cmocka_unit_test(test_no_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
