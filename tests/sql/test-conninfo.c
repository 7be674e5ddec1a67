/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/conninfo.h"

#include <string.h>

#include "sql/error.h"
#include "tests/test.h"

static const struct {
	const char *conninfo;
	/* What the error says, or NULL where it is well-formed. */
	const char *error;
} checks[] = {
	{"", NULL},
	{"dbname=tlsrpt", NULL},
	{"postgresql://tlsrpt:geheim@db/tlsrpt", NULL},
	{"dbname", "missing \"=\" after \"dbname\""},
	{"frob=1", "frob"},
	{"password=a geheim", "not shown"},
	{"host=db passwort=geheim password", "not shown"},
	{"postgresql://tlsrpt:geheim@[db/tlsrpt", "not shown"},
	{"postgres://tlsrpt:geh%zzeim@db", "not shown"},
};

static const struct {
	const char *conninfo;
	const char *keyword;
	const char *value;
} values[] = {
	{"passfile='/a b' dbname=x", "passfile", "/a b"},
	{"dbname=x", "passfile", NULL},
	{"postgresql://u:geheim@db/x", "password", "geheim"},
	{"postgresql://u@db/x?passfile=/p", "passfile", "/p"},
	{"dbname", "dbname", NULL},
	{"dbname=x", "no-such-keyword", NULL},
};

static void test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autoptr(GError) error = NULL;

		assert_int_equal(conninfo_check(checks[i].conninfo, &error),
			checks[i].error == NULL);
		if (checks[i].error == NULL)
			continue;
		assert_true(g_error_matches(
			error, STORE_ERROR, STORE_ERROR_REFUSED));
		assert_non_null(strstr(error->message, checks[i].error));
		assert_null(strstr(error->message, "geh"));
	}
}

static void test_get(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *value =
			conninfo_get(values[i].conninfo, values[i].keyword);

		if (values[i].value == NULL)
			assert_null(value);
		else
			assert_string_equal(value, values[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
