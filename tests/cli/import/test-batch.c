/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/command.h"
#include "cli/import/batch.h"
#include "sql/error.h"
#include "sql/store-insert.h"
#include "sql/store-quarantine.h"
#include "tests/test.h"

enum {
	/* Bytes that a batch keeps at most. */
	RAW_MAX = 16 << 20,
};

/* A store that answers by the report-id: "refused", "unavailable",
 * "duplicate" and "conflict" mean what they say, all else is stored. */
struct Store {
	size_t batches;
	size_t singles;
	size_t largest;
	/* What came into the quarantine: "REASON NAME SIZE SIGNER\n" each. */
	GString *quarantined;
};

static GString *complaints;

GQuark store_error_quark(void)
{
	return g_quark_from_static_string("test-store-error");
}

void command_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_string_append_vprintf(complaints, format, arguments);
	va_end(arguments);
	g_string_append_c(complaints, '\n');
}

static bool answer(
	const StoreReport *report, StoreOutcome *outcome, GError **error)
{
	const char *id = report->report->report_id;

	assert_string_equal(report->auth_domain, "");
	*outcome = STORE_OUTCOME_STORED;
	if (strcmp(id, "duplicate") == 0)
		*outcome = STORE_OUTCOME_DUPLICATE;
	if (strcmp(id, "conflict") == 0)
		*outcome = STORE_OUTCOME_CONFLICT;
	if (strcmp(id, "refused") == 0)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_REFUSED, "too odd");
	if (strcmp(id, "unavailable") == 0)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "gone");
	return strcmp(id, "refused") != 0 && strcmp(id, "unavailable") != 0;
}

bool store_insert(Store *store, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	store->singles++;
	return answer(report, outcome, error);
}

bool store_insert_batch(Store *store, const StoreReport *reports, size_t count,
	StoreOutcome *outcomes, GError **error)
{
	store->batches++;
	store->largest = MAX(store->largest, count);
	for (size_t i = 0; i < count; i++) {
		if (!answer(&reports[i], &outcomes[i], error))
			return false;
	}
	return true;
}

bool store_quarantine(Store *store, const StoreQuarantine *row, GError **error)
{
	(void)error;
	g_string_append_printf(store->quarantined, "%s %s %zu %s %s\n",
		row->reason, row->part_name, row->raw_size, row->signed_by[0],
		row->submitter);
	return true;
}

static Report *make_report(const char *id)
{
	Report *report = report_new();

	report->organization_name = "Example";
	report->report_id = report_copy_string(report, id, strlen(id));
	return report;
}

static bool add_part(
	ImportBatch *batch, Report *report, GBytes *raw, GError **error)
{
	static const char *const signed_by[] = {"signer.example", NULL};
	g_autoptr(Signers) signers = signers_new_verified(signed_by);
	g_autofree char *name = g_strdup(report->report_id);
	const AdmitMail mail = {signers, "submitter.example", NULL, NULL};
	ParsedPart part = {.name = name, .report = report, .raw = raw};
	const ImportItem item = {name, &mail, &part};

	return import_batch_add(batch, &item, "", error);
}

static bool add_report(ImportBatch *batch, Report *report, GError **error)
{
	g_autoptr(GBytes) raw = g_bytes_new("raw", 3);

	return add_part(batch, report, raw, error);
}

static bool add(ImportBatch *batch, const char *id, GError **error)
{
	return add_report(batch, make_report(id), error);
}

static void test_outcomes(void **state)
{
	Store store = {0};
	g_autoptr(ImportBatch) batch = import_batch_new(&store, false);
	const ImportCounts *counts = import_batch_get_counts(batch);

	(void)state;
	assert_true(add(batch, "one", NULL));
	assert_true(add(batch, "duplicate", NULL));
	assert_int_equal(store.batches, 0);
	assert_true(import_batch_flush(batch, NULL));
	assert_int_equal(counts->stored, 1);
	assert_int_equal(counts->duplicate, 1);
	assert_false(import_counts_have_bad(import_batch_get_counts(batch)));
	assert_true(add(batch, "conflict", NULL));
	assert_true(import_batch_flush(batch, NULL));
	assert_int_equal(counts->conflict, 1);
	assert_true(import_counts_have_bad(import_batch_get_counts(batch)));
	assert_int_equal(store.batches, 2);
	assert_int_equal(store.singles, 0);
	assert_string_equal(complaints->str,
		"conflict: another report with the same report-id, period and "
		"policy domains is stored already\n");
}

static void test_refused_report_does_not_take_others_along(void **state)
{
	Store store = {0};
	g_autoptr(ImportBatch) batch = import_batch_new(&store, false);
	const ImportCounts *counts = import_batch_get_counts(batch);
	const size_t *refused;

	(void)state;
	assert_true(add(batch, "one", NULL));
	assert_true(add(batch, "refused", NULL));
	assert_true(add(batch, "two", NULL));
	assert_true(import_batch_flush(batch, NULL));
	assert_int_equal(store.batches, 1);
	assert_int_equal(store.singles, 3);
	assert_int_equal(counts->stored, 2);
	refused = g_hash_table_lookup(counts->refused, "database-refused");
	assert_non_null(refused);
	assert_int_equal(*refused, 1);
	assert_true(import_counts_have_bad(import_batch_get_counts(batch)));
	assert_string_equal(complaints->str, "refused: too odd\n");
}

/* What the database does not take is kept like what was refused before. */
static void test_quarantine(void **state)
{
	Store store = {.quarantined = g_string_new(NULL)};
	g_autoptr(ImportBatch) batch = import_batch_new(&store, true);

	(void)state;
	assert_true(add(batch, "conflict", NULL));
	assert_true(import_batch_flush(batch, NULL));
	assert_true(add(batch, "one", NULL));
	assert_true(add(batch, "refused", NULL));
	assert_true(import_batch_flush(batch, NULL));
	assert_string_equal(store.quarantined->str,
		"conflict conflict 3 signer.example submitter.example\n"
		"database-refused refused 3 signer.example "
		"submitter.example\n");
	g_string_free(store.quarantined, TRUE);
}

static void test_unavailable_database_ends_it(void **state)
{
	Store store = {0};
	g_autoptr(ImportBatch) batch = import_batch_new(&store, false);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(add(batch, "one", NULL));
	assert_true(add(batch, "unavailable", NULL));
	assert_false(import_batch_flush(batch, &error));
	assert_true(
		g_error_matches(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE));
	assert_int_equal(import_batch_get_counts(batch)->stored, 0);
	assert_int_equal(store.singles, 0);
}

static void test_batches_are_bounded(void **state)
{
	Store store = {0};
	g_autoptr(ImportBatch) batch = import_batch_new(&store, false);

	(void)state;
	for (size_t i = 0; i < 1100; i++)
		assert_true(add(batch, "many", NULL));
	assert_int_equal(store.batches, 2);
	assert_true(import_batch_flush(batch, NULL));
	assert_int_equal(store.batches, 3);
	assert_int_equal(store.largest, 512);
	assert_int_equal(import_batch_get_counts(batch)->stored, 1100);
}

static void test_large_reports_go_at_once(void **state)
{
	static const ReportPolicy policies[20000];
	g_autoptr(ImportBatch) batch = import_batch_new(NULL, true);
	Report *report = make_report("large");

	(void)state;
	report->policies = policies;
	report->policy_count = G_N_ELEMENTS(policies);
	assert_true(add_report(batch, report, NULL));
	assert_int_equal(import_batch_get_counts(batch)->readable, 1);
	/* The next batch begins with nothing. */
	assert_true(add(batch, "small", NULL));
	assert_int_equal(import_batch_get_counts(batch)->readable, 1);
}

/* What a batch keeps for the quarantine is memory as well. */
static void test_bytes_are_bounded(void **state)
{
	g_autofree char *data = g_malloc0(RAW_MAX);
	g_autoptr(GBytes) raw = g_bytes_new_static(data, RAW_MAX);
	g_autoptr(GBytes) less = g_bytes_new_static(data, RAW_MAX - 1);
	g_autoptr(ImportBatch) batch = import_batch_new(NULL, true);
	g_autoptr(ImportBatch) without = import_batch_new(NULL, false);

	(void)state;
	assert_true(add_part(batch, make_report("a"), less, NULL));
	assert_int_equal(import_batch_get_counts(batch)->readable, 0);
	assert_true(import_batch_flush(batch, NULL));
	assert_true(add_part(batch, make_report("b"), raw, NULL));
	assert_int_equal(import_batch_get_counts(batch)->readable, 2);
	assert_true(add(batch, "c", NULL));
	assert_int_equal(import_batch_get_counts(batch)->readable, 2);
	assert_true(add_part(without, make_report("d"), raw, NULL));
	assert_int_equal(import_batch_get_counts(without)->readable, 0);
}

static int set_up(void **state)
{
	(void)state;
	complaints = g_string_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g_string_free(complaints, TRUE);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_outcomes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_refused_report_does_not_take_others_along, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_quarantine, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_unavailable_database_ends_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_batches_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_large_reports_go_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_bytes_are_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
