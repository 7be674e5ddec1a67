/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/batch.h"

#include "cli/command.h"
#include "intake/reason.h"
#include "sql/error.h"
#include "sql/store-insert.h"

enum {
	MAX_REPORTS = 512,
	/* Policies and failures of a batch, and bytes that are kept for the
	 * quarantine: they bound its memory. */
	MAX_ROWS = 20000,
	MAX_BYTES = 16 << 20,
};

/* An item with all that is known of its mail. */
typedef struct {
	char *name;
	char *auth_domain;
	Signers *signers;
	char *submitter;
	ParsedPart part;
} Kept;

struct ImportBatch {
	Store *store;
	bool quarantine;
	ImportCounts counts;
	/* Of Kept. */
	GPtrArray *items;
	size_t rows;
	size_t bytes;
};

static void kept_free(Kept *kept)
{
	g_free(kept->name);
	g_free(kept->auth_domain);
	signers_free(kept->signers);
	g_free(kept->submitter);
	g_free(kept->part.name);
	report_free(kept->part.report);
	g_clear_pointer(&kept->part.raw, g_bytes_unref);
	g_free(kept);
}

static GHashTable *new_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void import_counts_init(ImportCounts *counts)
{
	*counts = (ImportCounts){0};
	counts->refused = new_table();
	counts->kinds = new_table();
	counts->unread = new_table();
}

void import_counts_clear(ImportCounts *counts)
{
	g_clear_pointer(&counts->refused, g_hash_table_unref);
	g_clear_pointer(&counts->kinds, g_hash_table_unref);
	g_clear_pointer(&counts->unread, g_hash_table_unref);
}

static void add_count(GHashTable *table, const char *key, size_t number)
{
	size_t *count = g_hash_table_lookup(table, key);

	if (count == NULL) {
		count = g_new0(size_t, 1);
		g_hash_table_insert(table, g_strdup(key), count);
	}
	*count += number;
}

void import_counts_count(GHashTable *table, const char *key)
{
	add_count(table, key, 1);
}

static void add_table(GHashTable *sum, GHashTable *more)
{
	GHashTableIter counts;
	void *key;
	void *number;

	g_hash_table_iter_init(&counts, more);
	while (g_hash_table_iter_next(&counts, &key, &number))
		add_count(sum, key, *(size_t *)number);
}

void import_counts_add(ImportCounts *sum, const ImportCounts *more)
{
	sum->files += more->files;
	sum->empty += more->empty;
	sum->readable += more->readable;
	sum->stored += more->stored;
	sum->duplicate += more->duplicate;
	sum->conflict += more->conflict;
	add_table(sum->refused, more->refused);
	add_table(sum->kinds, more->kinds);
	add_table(sum->unread, more->unread);
}

bool import_counts_have_bad(const ImportCounts *counts)
{
	return counts->conflict > 0 || g_hash_table_size(counts->refused) > 0 ||
	       g_hash_table_size(counts->unread) > 0;
}

ImportBatch *import_batch_new(Store *store, bool quarantine)
{
	ImportBatch *batch = g_new0(ImportBatch, 1);

	batch->store = store;
	batch->quarantine = quarantine;
	import_counts_init(&batch->counts);
	batch->items =
		g_ptr_array_new_with_free_func((GDestroyNotify)kept_free);
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

static void count(ImportCounts *counts, const GError *why)
{
	if (g_error_matches(why, REASON_ERROR, REASON_CONFLICT))
		counts->conflict++;
	else
		import_counts_count(counts->refused, reason_get_word(why));
}

void import_batch_skip(ImportBatch *batch, const char *name, const GError *why)
{
	command_complain("%s: %s", name, why->message);
	count(&batch->counts, why);
}

bool import_batch_refuse(ImportBatch *batch, const ImportItem *item,
	const GError *why, GError **error)
{
	import_batch_skip(batch, item->name, why);
	return !batch->quarantine || batch->store == NULL ||
	       admit_quarantine(
		       batch->store, item->mail, item->part, why, error);
}

static bool refuse_kept(
	ImportBatch *batch, Kept *kept, const GError *why, GError **error)
{
	const AdmitMail mail = {kept->signers, kept->submitter, NULL, NULL};
	const ImportItem item = {kept->name, &mail, &kept->part};

	return import_batch_refuse(batch, &item, why, error);
}

static bool settle(
	ImportBatch *batch, Kept *kept, StoreOutcome outcome, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool is_new;

	if (!admit_check_outcome(outcome, &is_new, &why))
		return refuse_kept(batch, kept, why, error);
	if (is_new)
		batch->counts.stored++;
	else
		batch->counts.duplicate++;
	return true;
}

static bool store_one(ImportBatch *batch, Kept *kept, const StoreReport *report,
	GError **error)
{
	g_autoptr(GError) failure = NULL;
	StoreOutcome outcome;

	if (store_insert(batch->store, report, &outcome, &failure))
		return settle(batch, kept, outcome, error);
	if (reason_is_final(failure))
		return refuse_kept(batch, kept, failure, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return false;
}

static bool store_each(
	ImportBatch *batch, const StoreReport *reports, GError **error)
{
	for (size_t i = 0; i < batch->items->len; i++) {
		if (!store_one(
			    batch, batch->items->pdata[i], &reports[i], error))
			return false;
	}
	return true;
}

static bool settle_all(
	ImportBatch *batch, const StoreOutcome *outcomes, GError **error)
{
	for (size_t i = 0; i < batch->items->len; i++) {
		if (!settle(batch, batch->items->pdata[i], outcomes[i], error))
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

	if (store_insert_batch(
		    batch->store, reports, count, outcomes, &failure))
		return settle_all(batch, outcomes, error);
	if (reason_is_final(failure))
		return store_each(batch, reports, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return false;
}

static bool store_batch(ImportBatch *batch, GError **error)
{
	size_t count = batch->items->len;
	g_autofree StoreReport *reports = g_new0(StoreReport, count);

	for (size_t i = 0; i < count; i++) {
		const Kept *kept = batch->items->pdata[i];

		reports[i] =
			admit_make_row(kept->part.report, kept->auth_domain);
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
	batch->bytes = 0;
	return true;
}

/* Without a quarantine nobody asks for the bytes later. */
static void keep_bytes(ImportBatch *batch, Kept *kept, const ParsedPart *part)
{
	if (!batch->quarantine || part->raw == NULL)
		return;
	kept->part.raw = g_bytes_ref(part->raw);
	batch->bytes += g_bytes_get_size(part->raw);
}

bool import_batch_add(ImportBatch *batch, const ImportItem *item,
	const char *auth_domain, GError **error)
{
	Kept *kept = g_new0(Kept, 1);
	const Report *report = item->part->report;

	kept->name = g_strdup(item->name);
	kept->auth_domain = g_strdup(auth_domain);
	kept->signers = signers_new_verified(
		(const char *const *)item->mail->signers->verified);
	kept->submitter = g_strdup(item->mail->submitter);
	kept->part.name = g_strdup(item->part->name);
	kept->part.report = g_steal_pointer(&item->part->report);
	keep_bytes(batch, kept, item->part);
	g_ptr_array_add(batch->items, kept);
	batch->rows += report->policy_count + report_get_failure_count(report);
	if (batch->items->len < MAX_REPORTS && batch->rows < MAX_ROWS &&
		batch->bytes < MAX_BYTES)
		return true;
	return import_batch_flush(batch, error);
}
