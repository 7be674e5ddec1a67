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
	{NULL, "", STORE_ERROR_UNAVAILABLE, "out of memory"},
	{"08001", "connection refused", STORE_ERROR_UNAVAILABLE,
		"no connection: start the database, or correct the connection "
		"string (connection refused)"},
	{"57P01", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"57014", "m", STORE_ERROR_SLOW,
		"the database was too slow: see pg_stat_activity (m)"},
	{"55P03", "m", STORE_ERROR_LOCKED,
		"somebody has locked the tables: see pg_locks (m)"},
	{"53300", "m", STORE_ERROR_UNAVAILABLE, "m"},
	{"25006", "m", STORE_ERROR_UNAVAILABLE,
		"the server is read-only: name the primary, or all servers "
		"and target_session_attrs=read-write; "
		"default_transaction_read_only must be off (m)"},
	{"40P01", "m", STORE_ERROR_LOCKED, "two waited for each other (m)"},
	{"40001", "m", STORE_ERROR_LOCKED,
		"the standby had to go on with what its primary did: try "
		"again, or raise max_standby_streaming_delay there (m)"},
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

#define REFUSED                                                                \
	"the database refuses the login: use another role, or ask the owner "  \
	"of the database to run tlsreport db grant "

/* As libpq writes them. */
static const struct {
	const char *message;
	StoreErrorCode code;
	const char *text;
} logins[] = {
	{"connection to server on socket \"/x\" failed: Connection refused\n"
	 "\tIs the server running locally?\n",
		STORE_ERROR_UNAVAILABLE,
		"no connection: start the database, or correct the connection "
		"string (connection to server on socket \"/x\" failed: "
		"Connection refused  Is the server running locally?)"},
	{"at \"x\" failed: FATAL:  28000: role \"root\" does not exist\n"
	 "LOCATION:  InitializeSessionUserId, miscinit.c:512\n",
		STORE_ERROR_LOGIN,
		REFUSED "(at \"x\" failed: FATAL: role \"root\" does not "
			"exist)"},
	{"at \"x\" failed: FATAL:  28P01: wrong \x1b[1m\nLOCATION:  a\n"
	 "at \"x\" failed: FATAL:  28P01: wrong \x1b[1m\nLOCATION:  a\n",
		STORE_ERROR_UNAVAILABLE,
		"the password is missing or wrong: correct it in the "
		"connection string, or in the file that passfile= names (at "
		"\"x\" failed: FATAL: wrong  [1m)"},
	{"at \"x\" failed: FATAL:  3D000: no such\nHINT:  Make it.\n",
		STORE_ERROR_UNAVAILABLE,
		"the server has no such database: create it with createdb -E "
		"UTF8 -T template0, or correct the connection string (at \"x\" "
		"failed: FATAL: no such)"},
	{"at \"x\" failed: FATAL:  57P03: starting up\nLOCATION:  a\n",
		STORE_ERROR_UNAVAILABLE, "at \"x\" failed: FATAL: starting up"},
	{":  \n:  28000\n", STORE_ERROR_UNAVAILABLE,
		"no connection: start the database, or correct the connection "
		"string (out of memory)"},
};

static void test_logins(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(logins); i++) {
		g_autoptr(GError) error = NULL;

		sqlstate_set_login_error(&error, "08001", logins[i].message);
		assert_string_equal(error->message, logins[i].text);
		assert_int_equal(error->code, logins[i].code);
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
		cmocka_unit_test(test_logins),
		cmocka_unit_test(test_malformed_conninfo),
		cmocka_unit_test(test_no_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
