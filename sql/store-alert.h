/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_ALERT_H
#define SQL_STORE_ALERT_H

/* Alerts: shows them to people, and hands them to who tells people. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* One alert, or several that differ only by their MX hosts; sums then are of
 * all. As in tlsrpt-schema(7), NULL where the database has NULL; numbers are
 * decimal, days YYYY-MM-DD, times RFC 3339 in UTC; a test of delivery has
 * neither days nor sessions. Texts are as reporters sent them, at most 200
 * characters. */
typedef struct {
	/* Numbers with blanks between them, ascending. */
	const char *ids;
	/* What became of it, when it is news: opened, reopened, escalated,
	 * resolved or expired. */
	const char *what;
	const char *rule;
	const char *state;
	const char *severity;
	const char *policy_domain;
	const char *result_type;
	const char *organization_name;
	const char *first_day;
	const char *last_day;
	const char *failed_sessions;
	const char *withheld_sessions;
	const char *all_sessions;
	const char *title;
	const char *explanation;
	const char *remedy;
	const char *opened_at;
	const char *acknowledged_at;
	const char *acknowledged_by;
	const char *resolved_at;
	/* The first ten of each, separated by newlines, and how many. */
	const char *hosts;
	const char *host_count;
	const char *reporters;
	const char *reporter_count;
} StoreAlert;

void store_alert_free(StoreAlert *alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreAlert, store_alert_free)

/* The worst first: those not resolved, or all. The caller owns the
 * table. */
StoreTable *store_alert_list(Store *store, bool all, GError **error);

/* The alert of that number, which the caller frees; STORE_ERROR_NOT_FOUND when
 * there is none. */
StoreAlert *store_alert_get(Store *store, int32_t id, GError **error);

/* Acknowledges those of these numbers that are open and tells how many. */
bool store_alert_acknowledge(Store *store, const int32_t range[2],
	const char *who, int64_t *count, GError **error);

/* How delivery stands, for writer, reader and owner; the columns are those of
 * v_alert_channel and `late`, whether something has waited for over ten
 * minutes. */
StoreTable *store_alert_channels(Store *store, GError **error);

/* What a channel has to tell. Of `total` alerts, up to the event `last`, those
 * that were asked for, the worst first: as StoreAlert, or as JSON:
 * {"alerts": [...], "total": N}, with the members of v_alert and `what`. */
typedef struct {
	GPtrArray *alerts;
	char *json;
	int64_t count;
	int64_t total;
	int64_t last;
} StoreAlertNews;

void store_alert_news_clear(StoreAlertNews *news);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreAlertNews, store_alert_news_clear)

/* How long whom tells may take, in seconds, before another one tries. */
#define STORE_ALERT_CLAIM_SECONDS 120

/* Claims what the channel has to tell, for a claim of its own; at most so many
 * alerts of it. `total` is 0 when there is nothing, or not yet, or another one
 * is at it. */
bool store_alert_claim(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error);
bool store_alert_claim_json(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error);

/* Remembers that everybody was told up to `last`, or with a `problem` that it
 * has to be tried again. */
bool store_alert_finish(Store *store, const char *channel, int64_t last,
	const char *problem, GError **error);

#endif
