/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/batch.h"

#include "cli/command.h"
#include "parser/report-write.h"
#include "sql/error.h"
#include "sql/store-insert.h"

enum {
	MAX_REPORTS = 512,
	/* Policies and failures of a batch; bounds its memory. */
	MAX_ROWS = 20000,
};

typedef struct {
	Report *report;
	char *auth_domain;
	char *name;
} Item;

struct ImportBatch {
	Store *store;
	ImportCounts counts;
	/* Of Item. */
	GPtrArray *items;
	size_t rows;
};

static void item_free(Item *item)
{
	report_free(item->report);
	g_free(item->auth_domain);
	g_free(item->name);
	g_free(item);
}

void import_counts_init(ImportCounts *counts)
{
	*counts = (ImportCounts){0};
	counts->refused =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void import_counts_clear(ImportCounts *counts)
{
	g_clear_pointer(&counts->refused, g_hash_table_unref);
}

static void count_refused(
	ImportCounts *counts, const char *reason, size_t number)
{
	size_t *count = g_hash_table_lookup(counts->refused, reason);

	if (count == NULL) {
		count = g_new0(size_t, 1);
		g_hash_table_insert(counts->refused, g_strdup(reason), count);
	}
	*count += number;
}

void import_counts_add(ImportCounts *sum, const ImportCounts *more)
{
	GHashTableIter refused;
	void *reason;
	void *number;

	sum->files += more->files;
	sum->empty += more->empty;
	sum->readable += more->readable;
	sum->stored += more->stored;
	sum->duplicate += more->duplicate;
	sum->conflict += more->conflict;
	g_hash_table_iter_init(&refused, more->refused);
	while (g_hash_table_iter_next(&refused, &reason, &number))
		count_refused(sum, reason, *(size_t *)number);
}

bool import_counts_have_bad(const ImportCounts *counts)
{
	return counts->conflict > 0 || g_hash_table_size(counts->refused) > 0;
}

ImportBatch *import_batch_new(Store *store)
{
	ImportBatch *batch = g_new0(ImportBatch, 1);

	batch->store = store;
	import_counts_init(&batch->counts);
	batch->items =
		g_ptr_array_new_with_free_func((GDestroyNotify)item_free);
	return batch;
}

void import_batch_free(ImportBatch *batch)
{
	if (batch == NULL)
		return;
	import_counts_clear(&batch->counts);
	g_ptr_array_unref(batch->items);
	g_free(batch);
}

ImportCounts *import_batch_get_counts(ImportBatch *batch)
{
	return &batch->counts;
}

void import_batch_refuse(ImportBatch *batch, const char *name,
	const char *reason, const char *message)
{
	command_complain("%s: %s", name, message);
	count_refused(&batch->counts, reason, 1);
}

static void count_outcome(
	ImportBatch *batch, size_t index, StoreOutcome outcome)
{
	const Item *item = batch->items->pdata[index];

	switch (outcome) {
	case STORE_OUTCOME_STORED:
		batch->counts.stored++;
		break;
	case STORE_OUTCOME_DUPLICATE:
		batch->counts.duplicate++;
		break;
	case STORE_OUTCOME_CONFLICT:
		batch->counts.conflict++;
		command_complain("%s: another report with this id and day is "
				 "there already and stays",
			item->name);
		break;
	}
}

static bool store_one(ImportBatch *batch, const StoreReport *report,
	size_t index, GError **error)
{
	const Item *item = batch->items->pdata[index];
	g_autoptr(GError) failure = NULL;
	StoreOutcome outcome;

	if (store_insert(batch->store, report, &outcome, &failure)) {
		count_outcome(batch, index, outcome);
		return true;
	}
	if (!g_error_matches(failure, STORE_ERROR, STORE_ERROR_REFUSED)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	import_batch_refuse(batch, item->name, "database", failure->message);
	return true;
}

static bool store_each(
	ImportBatch *batch, const StoreReport *reports, GError **error)
{
	for (size_t i = 0; i < batch->items->len; i++) {
		if (!store_one(batch, &reports[i], i, error))
			return false;
	}
	return true;
}

/* One report that the database refuses makes it refuse the batch. */
static bool store_all(
	ImportBatch *batch, const StoreReport *reports, GError **error)
{
	size_t count = batch->items->len;
	g_autofree StoreOutcome *outcomes = g_new0(StoreOutcome, count);
	g_autoptr(GError) failure = NULL;

	if (!store_insert_batch(
		    batch->store, reports, count, outcomes, &failure)) {
		if (g_error_matches(failure, STORE_ERROR, STORE_ERROR_REFUSED))
			return store_each(batch, reports, error);
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	for (size_t i = 0; i < count; i++)
		count_outcome(batch, i, outcomes[i]);
	return true;
}

static bool store_batch(ImportBatch *batch, GError **error)
{
	size_t count = batch->items->len;
	g_autofree StoreReport *reports = g_new0(StoreReport, count);

	for (size_t i = 0; i < count; i++) {
		const Item *item = batch->items->pdata[i];

		reports[i].report = item->report;
		reports[i].auth_domain = item->auth_domain;
		reports[i].received_by = g_get_host_name();
		report_write_digest(reports[i].report, reports[i].digest);
	}
	return store_all(batch, reports, error);
}

bool import_batch_flush(ImportBatch *batch, GError **error)
{
	if (batch->items->len == 0)
		return true;
	if (batch->store == NULL)
		batch->counts.readable += batch->items->len;
	else if (!store_batch(batch, error))
		return false;
	g_ptr_array_set_size(batch->items, 0);
	batch->rows = 0;
	return true;
}

bool import_batch_add(ImportBatch *batch, Report *report,
	const char *auth_domain, const char *name, GError **error)
{
	Item *item = g_new0(Item, 1);

	item->report = report;
	item->auth_domain = g_strdup(auth_domain);
	item->name = g_strdup(name);
	g_ptr_array_add(batch->items, item);
	batch->rows += report->policy_count + report_get_failure_count(report);
	if (batch->items->len < MAX_REPORTS && batch->rows < MAX_ROWS)
		return true;
	return import_batch_flush(batch, error);
}
