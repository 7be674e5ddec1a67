/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_DASHBOARD_H
#define SQL_STORE_DASHBOARD_H

/* Reads all that the page of tlsreport dashboard shows. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* Days are YYYY-MM-DD, inclusive; `until` may be NULL. `domains` and
 * `authenticated` are those of StoreQueryFilter; incidents are shown whoever
 * reported. */
typedef struct {
	const char *since;
	const char *until;
	const char *const *domains;
	bool authenticated;
} StoreDashboardFilter;

/* The columns of sql/query/dashboard-*.sql as members of an object of JSON,
 * which lacks its braces, and the column `stored`, which may be NULL: an object
 * of reports by key, for the caller to explain. Both are of one state of the
 * database and of bounded size. Texts in them are a reporter's words. */
typedef struct {
	GString *members;
	char *stored;
} StoreDashboardPage;

void store_dashboard_page_free(StoreDashboardPage *page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDashboardPage, store_dashboard_page_free)

/* The caller frees the page; NULL and an error of sql/error.h when that
 * failed. */
StoreDashboardPage *store_dashboard_read(
	Store *store, const StoreDashboardFilter *filter, GError **error);

/* What there is to list. `domains` are those that the filter chooses, the worst
 * first and no more than 10000: policy_domain, severity, which is NULL where no
 * alert is open, sessions, failed, and in each row domains, how many there are.
 * The others are JSON, or NULL where there is nothing: `modes` an object, how
 * each of them wants mail to be secured, `rollout` an array of objects, each of
 * which says of a `domain` how far it may go with its policy. */
typedef struct {
	StoreTable *domains;
	char *modes;
	char *rollout;
} StoreDashboardList;

void store_dashboard_list_free(StoreDashboardList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDashboardList, store_dashboard_list_free)

/* The caller frees the list. */
StoreDashboardList *store_dashboard_list(
	Store *store, const StoreDashboardFilter *filter, GError **error);

/* The pages of store_dashboard_read() for each of `filter->domains`, which
 * are names and no patterns, by name: what one has is about that domain alone.
 * They lack the member `rollout`, which the list has of all domains.
 * The caller unrefs the table. */
GHashTable *store_dashboard_read_each(
	Store *store, const StoreDashboardFilter *filter, GError **error);

#endif
