/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_BATCH_H
#define CLI_IMPORT_BATCH_H

/* Puts reports into the database, many at a time, and counts what became of
 * them. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/report.h"
#include "sql/store.h"

/* `refused` has a size_t for each reason. */
typedef struct {
	size_t files;
	/* Files without a report in them. */
	size_t empty;
	/* Reports that were only read. */
	size_t readable;
	size_t stored;
	size_t duplicate;
	size_t conflict;
	GHashTable *refused;
} ImportCounts;

void import_counts_init(ImportCounts *counts);
void import_counts_clear(ImportCounts *counts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportCounts, import_counts_clear)

/* Adds `more` to `sum`. */
void import_counts_add(ImportCounts *sum, const ImportCounts *more);

/* Whether anything was refused or in conflict. */
bool import_counts_have_bad(const ImportCounts *counts);

typedef struct ImportBatch ImportBatch;

/* Without a store the reports are read and not stored. The caller frees the
 * batch before it closes the store. A batch is one thread's. */
ImportBatch *import_batch_new(Store *store);
void import_batch_free(ImportBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportBatch, import_batch_free)

/* Takes the report and keeps it until the batch is full or flushed.
 * `auth_domain` is who signed it, "" for nobody; `name` says in complaints
 * where it came from. False with an error of sql/error.h when the database
 * cannot be used; the batch is of no use then. */
bool import_batch_add(ImportBatch *batch, Report *report,
	const char *auth_domain, const char *name, GError **error);

/* Stores what is left. As import_batch_add(). */
bool import_batch_flush(ImportBatch *batch, GError **error);

/* Complains that something was not imported, and counts it. `reason` is
 * constant text of one word. */
void import_batch_refuse(ImportBatch *batch, const char *name,
	const char *reason, const char *message);

/* Borrowed; for the caller to count files in, too. */
ImportCounts *import_batch_get_counts(ImportBatch *batch);

#endif
