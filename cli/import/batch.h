/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_BATCH_H
#define CLI_IMPORT_BATCH_H

/* Puts reports into the database, many at a time, and counts what became of
 * them. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "intake/admit.h"
#include "parser/parser.h"
#include "sql/store.h"

/* `refused` has a size_t for each reason, `kinds` for what each file was, and
 * `unread` for the words of each Kind. */
typedef struct {
	/* Files, and messages of an mbox. */
	size_t files;
	/* Those without a report in them. */
	size_t empty;
	/* Reports that were only read. */
	size_t readable;
	size_t stored;
	size_t duplicate;
	size_t conflict;
	GHashTable *refused;
	GHashTable *kinds;
	GHashTable *unread;
} ImportCounts;

void import_counts_init(ImportCounts *counts);
void import_counts_clear(ImportCounts *counts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportCounts, import_counts_clear)

/* Adds `more` to `sum`. */
void import_counts_add(ImportCounts *sum, const ImportCounts *more);

/* Adds one to an entry of a member that is a table. */
void import_counts_count(GHashTable *table, const char *key);

/* Whether anything was refused, not read or in conflict. */
bool import_counts_have_bad(const ImportCounts *counts);

typedef struct ImportBatch ImportBatch;

/* Without a store the reports are read and not stored. What is refused is put
 * into quarantine where `quarantine` says so. The caller frees the batch before
 * it closes the store. A batch is one thread's. */
ImportBatch *import_batch_new(Store *store, bool quarantine);
void import_batch_free(ImportBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportBatch, import_batch_free)

/* A part of a mail or file; `name` is for complaints. All is borrowed, and
 * copied where the batch keeps it. */
typedef struct {
	const char *name;
	const AdmitMail *mail;
	ParsedPart *part;
} ImportItem;

/* Takes the report out of the item's part and keeps it until the batch is full
 * or flushed. `auth_domain` is that of admit_report(). False with an error of
 * sql/error.h when the database cannot be used; the batch is of no use
 * then. */
bool import_batch_add(ImportBatch *batch, const ImportItem *item,
	const char *auth_domain, GError **error);

/* Stores what is left. As import_batch_add(). */
bool import_batch_flush(ImportBatch *batch, GError **error);

/* Complains that a part was not imported, counts it and puts it into
 * quarantine. As import_batch_add(). */
bool import_batch_refuse(ImportBatch *batch, const ImportItem *item,
	const GError *why, GError **error);

/* Complains about a file that could not be read, and counts it. */
void import_batch_skip(ImportBatch *batch, const char *name, const GError *why);

/* Borrowed; for the caller to count files in, too. */
ImportCounts *import_batch_get_counts(ImportBatch *batch);

#endif
