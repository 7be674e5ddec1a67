/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/migrate.h"
#include "sql/report-params.h"
#include "sql/store-internal.h"
#include "tests/sql/live.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* An address is also a text. */
#define FILLED "192.0.2.77"

static const StoreReport row = {
	.report = &sample_report, .auth_domain = "", .received_by = "here"};

/* What the functions are told of a failure beside its columns, and what the
 * view leaves out. */
static bool is_column(const char *name)
{
	static const char *const others[] = {
		"policy", "report", "number", "extra", NULL};

	return !g_strv_contains(others, name);
}

/* The names that the statement gives to the arguments of failures. */
static GPtrArray *find_columns(const char *statement)
{
	g_autoptr(GRegex) regex = g_regex_new("f_(\\w+) =>", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (g_regex_match(regex, statement, 0, &match);
		g_match_info_matches(match); g_match_info_next(match, NULL)) {
		char *name = g_match_info_fetch(match, 1);

		if (is_column(name))
			g_ptr_array_add(names, name);
		else
			g_free(name);
	}
	return names;
}

static const char *get_value(const ReportParams *params, const char *name)
{
	g_autofree char *argument = g_strconcat("f_", name, NULL);

	return report_params_get(params, argument);
}

static void fill_if_missing(ReportParams *params, const char *name)
{
	const char *value = get_value(params, name);

	for (size_t i = 0; i < params->count; i++) {
		if (params->values[i] == value && strcmp(value, "{NULL}") == 0)
			params->values[i] = "{" FILLED "}";
	}
}

static void insert(Store *store, ReportParams *params)
{
	StoreParams given = {(int)params->count, params->values};
	g_autoptr(PGresult) result =
		store_execute(store, params->statement->str, &given, NULL);

	assert_non_null(result);
	assert_string_equal(PQgetvalue(result, 0, 0), "t");
}

static void check_column(
	Store *store, const ReportParams *params, const char *name)
{
	g_autofree char *statement = g_strdup_printf(
		"SELECT ARRAY(SELECT %s FROM tlsrpt.v_failure) = $1", name);
	const char *values[] = {get_value(params, name)};
	StoreParams given = {1, values};
	g_autoptr(PGresult) result =
		store_execute(store, statement, &given, NULL);

	assert_non_null(result);
	if (strcmp(PQgetvalue(result, 0, 0), "t") != 0)
		fail_msg("%s is not what was stored", name);
}

/* Each column of a failure in the table of report-params.c is found again under
 * its name in the view, by both functions. */
static void check_columns(
	void (*init)(ReportParams *params), const char *database)
{
	g_autofree char *server = live_get_conninfo(NULL);
	g_autofree char *conninfo = live_get_conninfo(database);
	g_autofree char *create =
		g_strconcat("CREATE DATABASE ", database, NULL);
	g_autoptr(Store) store = NULL;
	g_auto(ReportParams) params = {0};
	g_autoptr(GPtrArray) names = NULL;
	MigrateResult result;

	live_run_once(server, create);
	store = store_open(conninfo, 1, NULL);
	assert_true(migrate_init(store, &result, NULL));
	init(&params);
	names = find_columns(params.statement->str);
	assert_true(names->len >= 8);
	for (size_t i = 0; i < names->len; i++)
		fill_if_missing(&params, names->pdata[i]);
	insert(store, &params);
	for (size_t i = 0; i < names->len; i++)
		check_column(store, &params, names->pdata[i]);
}

static void init_single(ReportParams *params)
{
	report_params_init(params, &row);
}

static void init_batch(ReportParams *params)
{
	report_params_init_batch(params, &row, 1);
}

static void test_single(void **state)
{
	(void)state;
	check_columns(init_single, "columns_single_test");
}

static void test_batch(void **state)
{
	(void)state;
	check_columns(init_batch, "columns_batch_test");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
