/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_MAINTAIN_H
#define SQL_STORE_MAINTAIN_H

/* What has to happen now and then: roll-ups and partitions. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store.h"

typedef struct {
	/* Reports added to the roll-ups, -1 while another one is at it. */
	int64_t folded;
	/* Partitions created. */
	int64_t partitions;
	/* More reports wait than one call adds: the next one goes on. */
	bool unfinished;
} StoreMaintenance;

/* Adds up to 5000 reports to the roll-ups and, when none is left, creates the
 * partitions of the coming months. Safe to run on several hosts at once. On
 * failure `done` says what was done before it. */
bool store_maintain(Store *store, StoreMaintenance *done, GError **error);

#endif
