/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_MAINTAIN_H
#define SQL_STORE_MAINTAIN_H

/* What has to happen now and then: roll-ups, alerts and partitions. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store-table.h"
#include "sql/store.h"

typedef struct {
	/* Reports added to the roll-ups, -1 while another one is at it. */
	int64_t folded;
	/* Alerts opened, reopened, made worse, resolved or given up, -1 while
	 * another one is at it. */
	int64_t alert_events;
	/* Partitions created. */
	int64_t partitions;
	/* More waits than one call does: the next one goes on. */
	bool unfinished;
} StoreMaintenance;

/* Adds up to 5000 reports to the roll-ups, evaluates the rules for up to 500
 * domains and, when nothing is left, creates the partitions of the coming
 * months. Safe to run on several hosts at once. On failure `done` says what was
 * done before it. */
bool store_maintain(Store *store, StoreMaintenance *done, GError **error);

/* How many days stay of reports and of roll-ups; `really` or only look. */
typedef struct {
	int64_t report_days;
	int64_t rollup_days;
	bool really;
} StoreRetention;

/* Removes what is older, in one transaction: a table of what was removed, the
 * day before which, and how many rows. The caller owns it. Only the owner of
 * the schema may do this. */
StoreTable *store_purge(
	Store *store, const StoreRetention *retention, GError **error);

#endif
