/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/migrate.h"
#include "sql/report-params.h"
#include "sql/store-internal.h"
#include "sql/text-array.h"
#include "tests/sql/live.h"
#include "tests/sql/read-binary.h"
#include "tests/sql/sample-report.h"
#include "tests/test.h"

/* An address is also a text. */
#define FILLED "192.0.2.77"

static const StoreReport row = {
	.report = &sample_report, .auth_domain = "", .received_by = "here"};

/* A column of failures. What the functions are told beside them, the view
 * leaves out. */
static bool is_column(const char *name)
{
	static const char *const others[] = {
		"f_policy", "f_report", "f_number", "f_extra", NULL};

	return g_str_has_prefix(name, "f_") && !g_strv_contains(others, name);
}

static void fill_what_is_missing(ReportParams *params)
{
	for (size_t i = 0; i < params->count; i++) {
		g_autofree char *value = NULL;

		if (!is_column(params->names[i]))
			continue;
		value = read_binary_param(params, params->names[i], false);
		if (strcmp(value, "{NULL}") == 0) {
			params->values[i] = "{" FILLED "}";
			params->formats[i] = 0;
		}
	}
}

/* The arguments have the same names in the same order. */
static void check_names(
	Store *store, const ReportParams *params, const char *function)
{
	g_autoptr(GString) names = g_string_new(NULL);
	const char *values[] = {function, NULL};
	StoreParams given = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result = NULL;

	for (size_t i = 0; i < params->count; i++)
		text_array_add(names, params->names[i]);
	text_array_end(names);
	values[1] = names->str;
	result = store_execute(store,
		"SELECT proargnames = $2 FROM pg_proc "
		"WHERE pronamespace = 'tlsrpt'::regnamespace "
		"AND proname = $1",
		&given, NULL);
	assert_non_null(result);
	assert_string_equal(PQgetvalue(result, 0, 0), "t");
}

static void insert(Store *store, ReportParams *params)
{
	StoreParams given = {(int)params->count, params->values,
		.lengths = params->lengths, .formats = params->formats};
	g_autoptr(PGresult) result =
		store_execute(store, params->statement->str, &given, NULL);

	assert_non_null(result);
	assert_string_equal(PQgetvalue(result, 0, 0), "t");
}

static void check_column(Store *store, const ReportParams *params, size_t index)
{
	const char *name = params->names[index] + strlen("f_");
	g_autofree char *statement = g_strdup_printf(
		"SELECT ARRAY(SELECT %s FROM tlsrpt.v_failure) = $1", name);
	StoreParams given = {1, &params->values[index],
		.lengths = &params->lengths[index],
		.formats = &params->formats[index]};
	g_autoptr(PGresult) result =
		store_execute(store, statement, &given, NULL);

	assert_non_null(result);
	if (strcmp(PQgetvalue(result, 0, 0), "t") != 0)
		fail_msg("%s is not what was stored", name);
}

/* Each column of a failure in the table of report-params.c is found again under
 * its name in the view. The database is named after the function that stores.
 */
static void check_columns(
	void (*init)(ReportParams *params), const char *function)
{
	g_autofree char *server = live_get_conninfo(NULL);
	g_autofree char *conninfo = live_get_conninfo(function);
	g_autofree char *create =
		g_strconcat("CREATE DATABASE ", function, NULL);
	g_autoptr(Store) store = NULL;
	g_auto(ReportParams) params = {0};
	MigrateResult result;

	live_run_once(server, create);
	store = store_open(conninfo, 1, NULL);
	assert_true(migrate_init(store, &result, NULL));
	init(&params);
	check_names(store, &params, function);
	fill_what_is_missing(&params);
	insert(store, &params);
	for (size_t i = 0; i < params.count; i++) {
		if (is_column(params.names[i]))
			check_column(store, &params, i);
	}
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
	check_columns(init_single, "ingest");
}

static void test_batch(void **state)
{
	(void)state;
	check_columns(init_batch, "ingest_batch");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
