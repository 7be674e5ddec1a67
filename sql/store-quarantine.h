/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_QUARANTINE_H
#define SQL_STORE_QUARANTINE_H

/* Reads and empties the quarantine, as its owner. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sql/store-query.h"

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

/* The entry whose id begins with `id`. STORE_ERROR_REFUSED when there is none
 * or more than one. The caller frees it. */
StoreQuarantineEntry *store_quarantine_get(
	Store *store, const char *id, GError **error);

/* Removes the entry with exactly this id, which may be gone already. */
bool store_quarantine_delete(Store *store, const char *id, GError **error);

#endif
