/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_PURGE_H
#define SQL_STORE_PURGE_H

/* Removes what is too old, beside reports that come in. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store-maintain.h"
#include "sql/store-table.h"
#include "sql/store.h"

/* How many days stay of reports and of roll-ups, and what of the quarantine;
 * `really` or only look. */
typedef struct {
	int64_t report_days;
	int64_t rollup_days;
	StoreQuarantineLimits quarantine;
	bool really;
} StoreRetention;

/* Removes what is older, step by step: a table of what is removed, the day
 * before which, and how many rows were counted before. The roll-ups get what
 * they lack of it first. No step holds a lock for longer than a moment: one
 * that readers do not let in is tried for two minutes, and fails with
 * STORE_ERROR_LOCKED; then only the steps before it were done. The caller owns
 * the table. Only the owner of the schema may do this. */
StoreTable *store_purge(
	Store *store, const StoreRetention *retention, GError **error);

#endif
