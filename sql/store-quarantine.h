/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_QUARANTINE_H
#define SQL_STORE_QUARANTINE_H

/* What looked like a report and was not counted: put away, and, by its owner,
 * read and emptied. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* Something that looked like a report but was not counted; all borrowed,
 * strings may be NULL except `reason`. `raw` is kept up to 1 MiB. `signed_by`
 * are the domains whose signature was verified, ended by NULL, and `submitter`
 * the one that the mail, apart from the report, said it was from: what a second
 * try needs. `deadline` is as in StoreReport. */
typedef struct {
	const char *reason;
	const char *message;
	const char *envelope_sender;
	const char *queue_id;
	const char *received_by;
	const char *part_name;
	const uint8_t *raw;
	size_t raw_size;
	const char *const *signed_by;
	const char *submitter;
	int64_t deadline;
} StoreQuarantine;

/* Keeps it. The same bytes, signed by the same, for the same reason are kept
 * once; what is too big to be kept whole, once a message. */
bool store_quarantine(
	Store *store, const StoreQuarantine *quarantine, GError **error);

/* One entry. `raw` is the part as it was attached, without its end when it
 * had more bytes than fit: `size` says how many; `received` is in Unix
 * seconds. `signed_by` and `submitter` are as in StoreQuarantine. */
typedef struct {
	char *id;
	char *reason;
	char *message;
	char *part_name;
	int64_t received;
	size_t size;
	char **signed_by;
	char *submitter;
	GBytes *raw;
} StoreQuarantineEntry;

void store_quarantine_entry_free(StoreQuarantineEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreQuarantineEntry, store_quarantine_entry_free)

/* The newest first; `limit` 0 for all. The first column is the id. */
StoreTable *store_quarantine_list(Store *store, size_t limit, GError **error);

/* The entry whose id begins with `id`. STORE_ERROR_NOT_FOUND when there is none
 * or more than one. The caller frees it. */
StoreQuarantineEntry *store_quarantine_get(
	Store *store, const char *id, GError **error);

/* Removes the entry with exactly this id, which may be gone already. */
bool store_quarantine_delete(Store *store, const char *id, GError **error);

#endif
