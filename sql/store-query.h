/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_QUERY_H
#define SQL_STORE_QUERY_H

/* Reads the views of the schema for people. */

#include <glib.h>
#include <stddef.h>

#include "sql/store-table.h"
#include "sql/store.h"

typedef enum {
	/* Per policy domain: reports, sessions, the share that failed and its
	 * trend. */
	STORE_QUERY_SUMMARY,
	/* Per result type, domain, reporter and MX: sessions, first and last
	 * day. */
	STORE_QUERY_FAILURES,
	/* One row a report, newest first. */
	STORE_QUERY_REPORTS,
	/* Per reporter: domains, reports, sessions, first and last day. */
	STORE_QUERY_REPORTERS,
} StoreQueryKind;

/* NULL or 0 leaves a member out. Days are YYYY-MM-DD, inclusive. Domain,
 * organization and type are compared without case; `*` in them matches
 * anything. */
typedef struct {
	const char *since;
	const char *until;
	const char *domain;
	const char *organization;
	const char *type;
	size_t limit;
} StoreQueryFilter;

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error);

#endif
