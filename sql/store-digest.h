/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_DIGEST_H
#define SQL_STORE_DIGEST_H

/* How things stand, and what the last days were like beside those before. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-alert.h"
#include "sql/store.h"

/* Numbers are decimal, days YYYY-MM-DD; NULL, but for numbers of what is
 * counted, as long as nothing was reported. Lists have the first ten, separated
 * by newlines. */
typedef struct {
	/* First and last day of the period, and of all reports. */
	const char *since;
	const char *until;
	const char *first_day;
	const char *last_day;
	/* Days from the last one to today. */
	const char *age;
	/* What was reported in the period, and sessions of the one before. */
	const char *domains;
	const char *reporters;
	const char *reports;
	const char *sessions;
	const char *failed_sessions;
	const char *withheld_sessions;
	const char *sessions_before;
	const char *failed_sessions_before;
	/* Days since the last failure, up to the end of the period. */
	const char *clean_days;
	const char *new_reporters;
	/* Domains that may be enforced, and whose policy makes senders
	 * withhold mail, as v_rollout says. */
	const char *ready_domains;
	const char *ready_count;
	const char *held_domains;
	const char *held_count;
	/* Those of store_incident_read(). */
	GPtrArray *incidents;
} StoreDigest;

/* Of so many days; the caller frees it. For writers, readers and tenants. */
StoreDigest *store_digest_read(Store *store, unsigned days, GError **error);
void store_digest_free(StoreDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDigest, store_digest_free)

/* Claims the digest of so many days for a channel: `due` is false when it is
 * not time, or another one is at it. store_digest_finish() says what became of
 * it, as store_alert_finish() does. */
bool store_digest_claim(Store *store, const char *channel, unsigned days,
	bool *due, GError **error);
bool store_digest_finish(Store *store, const char *channel, unsigned days,
	const char *problem, int64_t pause, GError **error);

#endif
