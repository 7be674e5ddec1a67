/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_MAINTAIN_H
#define SQL_STORE_MAINTAIN_H

/* What has to happen now and then: roll-ups, alerts, verdicts, partitions and
 * the bounds of the quarantine. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store.h"

/* What the quarantine may hold. */
typedef struct {
	int64_t days;
	int64_t bytes;
} StoreQuarantineLimits;

/* `corroborate`: reports that no rule believes may open alerts where something
 * else shows the same. `judge_at_once`: verdicts are renewed now; otherwise, as
 * news is followed by more, a minute later. */
typedef struct {
	StoreQuarantineLimits quarantine;
	bool corroborate;
	bool judge_at_once;
} StoreMaintainOptions;

/* Zero before the first call. */
typedef struct {
	/* Reports added to the roll-ups, -1 while another one is at it. */
	int64_t folded;
	/* Alerts opened, reopened, made worse, resolved or given up, -1 while
	 * another one is at it. */
	int64_t alert_events;
	/* Domains of which the verdict was renewed. */
	int64_t judged;
	/* Entries removed from the quarantine. */
	int64_t released;
	/* Partitions created. */
	int64_t partitions;
	/* More waits than one call does: the next one goes on. */
	bool unfinished;
	/* The database is there, whatever has failed. */
	bool reached;
	/* A signer that has so many open alerts that others were not opened;
	 * empty when there is none. */
	char crowded[256];
	/* How many rows and domains the next call takes on: kept between
	 * calls, 0 for as many as there may be. */
	int64_t fold_rows;
	int64_t alert_domains;
	int64_t verdict_domains;
} StoreMaintenance;

/* Adds reports to the roll-ups, evaluates the rules, renews the verdicts of
 * v_rollout once nothing else waits, looks for reports about report mail once
 * an hour, keeps the quarantine within its limits and creates the partitions of
 * the coming months; of each, what one short transaction can do. All of it is
 * tried whatever else fails; the error is the first. What took too long is
 * tried with less, down to one report or domain: that is left out, and an error
 * names it. To be kept from the roll-ups by another process is an error once it
 * lasts for a minute. Safe to run on several hosts at once. */
bool store_maintain(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error);

#endif
