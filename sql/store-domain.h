/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_DOMAIN_H
#define SQL_STORE_DOMAIN_H

/* What reporters saw of one domain, and what it looked like before, to be
 * compared with what is so now. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* `policies`: the last policy that each reporter used, as `day`, `reporter` and
 * `policy`, whose lines are separated by newlines. `alerts` of the domain or
 * its hosts that are not over: `alert_id`, `severity`, `result_type`, `host`,
 * `first_day`, `last_day` and `failed_sessions`. `observations`, the newest
 * first: `observed_at`, `sts_id`, `sts_mode`, `sts_max_age`, `sts_mx`,
 * separated by newlines, `tlsrpt_record`, and `is_old`, "t" after three days.
 * `has_reports`: there is any report. */
typedef struct {
	StoreTable *policies;
	StoreTable *alerts;
	StoreTable *observations;
	bool has_reports;
} StoreDomain;

/* Reads, of one state of the database. Clear with store_domain_clear(). */
bool store_domain_read(StoreDomain *known, Store *store, const char *domain,
	const char *const *hosts, GError **error);
void store_domain_clear(StoreDomain *known);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreDomain, store_domain_clear)

#endif
