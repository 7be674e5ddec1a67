/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_DOMAIN_H
#define SQL_STORE_DOMAIN_H

/* What reporters saw of one domain, to be compared with what is so now. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* Reads, of one state of the database: `policies`, the last policy that each
 * reporter used, as `day`, `reporter` and `policy`, whose lines are separated
 * by newlines; `alerts` of the domain or its hosts that are not over, as
 * `alert_id`, `severity`, `result_type`, `host`, `first_day`, `last_day` and
 * `failed_sessions`. The caller frees both. */
bool store_domain_read(Store *store, const char *domain,
	const char *const *hosts, StoreTable **policies, StoreTable **alerts,
	GError **error);

#endif
