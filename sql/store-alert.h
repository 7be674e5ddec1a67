/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_ALERT_H
#define SQL_STORE_ALERT_H

/* Incidents and their alerts: shows them to people, and hands them to whoever
 * delivers them. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* An incident, or one of its alerts. As in tlsrpt-schema(7), NULL where the
 * database has NULL; numbers are decimal, days YYYY-MM-DD, times RFC 3339 in
 * UTC; a test of delivery has neither days nor sessions. Texts are as reporters
 * sent them, at most 200 characters. */
typedef struct {
	const char *incident_id;
	/* Numbers with blanks between them, ascending. */
	const char *alert_ids;
	/* What became of it, when it is news: opened, reopened, escalated,
	 * resolved or expired. */
	const char *what;
	const char *severity;
	const char *state;
	const char *result_type;
	const char *receiving_mx_hostname;
	const char *organization_name;
	/* How many, and the first ten, separated by newlines, as are the
	 * lists below. */
	const char *policy_domains;
	const char *sample_domains;
	const char *failed_sessions;
	const char *withheld_sessions;
	const char *all_sessions;
	const char *first_day;
	const char *last_day;
	/* The first ten, and how many. */
	const char *reporters;
	const char *reporter_count;
	const char *reason_codes;
	const char *receiving_ips;
	const char *title;
	const char *explanation;
	const char *remedy;
	const char *opened_at;
	const char *acknowledged_at;
	const char *acknowledged_by;
	const char *resolved_at;
	/* What a look at the domain says. */
	const char *now;
	/* Of the failed ones, those that only unauthenticated reporters count.
	 */
	const char *unauthenticated_sessions;
} StoreIncident;

void store_incident_free(StoreIncident *incident);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreIncident, store_incident_free)

/* The worst first: those not resolved, or all. The caller owns the
 * table. */
StoreTable *store_incident_list(Store *store, bool all, GError **error);
StoreTable *store_alert_list(Store *store, bool all, GError **error);

/* Those not resolved, the worst first, and behind them those that were found to
 * be over in so many days, of StoreIncident. The caller unrefs the array. */
GPtrArray *store_incident_read(
	Store *store, unsigned over_days, GError **error);

/* The incident of that number, or else the alert, which the caller frees;
 * STORE_ERROR_NOT_FOUND when there is neither. */
StoreIncident *store_incident_get(Store *store, int32_t id, GError **error);

/* Acknowledges incidents and alerts of these numbers as far as they are open,
 * and tells of how many numbers there was something to acknowledge. */
bool store_alert_acknowledge(Store *store, const int32_t range[2],
	const char *who, int64_t *count, GError **error);

/* The same of all incidents at an MX host, with a result type, or both; NULL is
 * any. Tells how many alerts. */
bool store_incident_acknowledge(Store *store, const char *host,
	const char *result_type, const char *who, int64_t *count,
	GError **error);

/* How delivery stands, for writer, reader and owner; the columns are those of
 * v_alert_channel and `late`, whether something has waited for over ten
 * minutes. */
StoreTable *store_alert_channels(Store *store, GError **error);

/* What a channel has to tell: of `total` incidents those that were asked for,
 * the worst first, and the same as an array of JSON, with the members of
 * v_incident and `what`. */
typedef struct {
	GPtrArray *incidents;
	char *json;
	int64_t total;
} StoreAlertNews;

void store_alert_news_clear(StoreAlertNews *news);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreAlertNews, store_alert_news_clear)

/* How long whom tells may take, in seconds, before another one tries. */
#define STORE_ALERT_CLAIM_SECONDS 120

/* Claims what the channel has to tell, for a claim of its own; at most so many
 * incidents of it. `total` is 0 when there is nothing, or not yet, or another
 * one is at it. */
bool store_alert_claim(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error);

/* Remembers that everybody was told what was claimed, or with a `problem` that
 * it has to be tried again, not before so many seconds, of which at most an
 * hour counts. */
bool store_alert_finish(Store *store, const char *channel, const char *problem,
	int64_t pause, GError **error);

/* Incidents to look at, those first that the channels are to tell: rows of
 * `incident_id`, `result_type`, `host`, NULL for any, `domain` and `last_day`.
 * The caller owns the table. */
StoreTable *store_alert_read_to_look_at(Store *store,
	const char *const *channels, int64_t most, GError **error);

/* Keeps what a look at one said; `still` is "true", "false" or NULL. */
bool store_alert_note_now(Store *store, const char *incident_id,
	const char *still, const char *now, GError **error);

#endif
