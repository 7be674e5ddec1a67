/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_QUERY_H
#define SQL_STORE_QUERY_H

/* Reads the views of the schema for people. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sql/store-table.h"
#include "sql/store.h"

typedef enum {
	/* Per policy domain: the policy, reports, sessions, the share that
	 * failed and its trend, what was withheld or would be. */
	STORE_QUERY_SUMMARY,
	/* Per result type, domain, reporter and MX: sessions, first and last
	 * day. */
	STORE_QUERY_FAILURES,
	/* One row a report, newest first. */
	STORE_QUERY_REPORTS,
	/* Per reporter: domains, reports, sessions, first and last day. */
	STORE_QUERY_REPORTERS,
} StoreQueryKind;

/* NULL, 0 or false leaves a member out. Days are YYYY-MM-DD, inclusive. Names
 * end with NULL, and any of them will do; `*` in them matches anything. Those
 * of domains and types are canonical, thus in lower case; the case of
 * organizations does not matter. */
typedef struct {
	const char *since;
	const char *until;
	const char *const *domains;
	const char *const *organizations;
	const char *const *types;
	size_t limit;
	/* Only what authenticated reports say. */
	bool authenticated;
	/* Of failures also reason codes, addresses and greetings. */
	bool details;
} StoreQueryFilter;

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error);

/* The reports that an id names, at most eleven: rows of `day`, `report_key`,
 * `report_id` and `reporter`. The id is a report_id or report_key, or else the
 * beginning of one. Of the filter only the days count. */
StoreTable *store_query_report_ids(Store *store, const char *id,
	const StoreQueryFilter *filter, GError **error);

/* All that is stored of the report of that day and key: in one row `report`,
 * which is JSON, `received_at`, `received_by` and `auth_domain`; no row when it
 * is gone. */
StoreTable *store_query_report(
	Store *store, const char *day, const char *report_key, GError **error);

/* Which of the names of the filter that are no patterns nothing in the database
 * has: rows of a `kind` (domain, reporter or type) and its `name`, and for each
 * such kind rows with all names that there are, as `candidate`. */
StoreTable *store_query_unknown(
	Store *store, const StoreQueryFilter *filter, GError **error);

#endif
