/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_WATCH_H
#define SQL_STORE_WATCH_H

/* Domains that are watched. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/store.h"

/* What a look at a domain has shown. Lists end with NULL; texts are NULL for
 * none; `sts_max_age` is -1 for none; `findings` is a JSON array. */
typedef struct {
	const char *policy_domain;
	const char *sts_id;
	const char *sts_mode;
	int64_t sts_max_age;
	const char *const *sts_mx;
	const char *tlsrpt_record;
	const char *const *mx;
	const char *const *tlsa;
	const char *findings;
} StoreObservation;

/* Domains to look at now, at most `most`, which nobody else gets for a minute:
 * the named ones or, if there are none, the `busiest` of the database, each
 * after `interval` seconds. The caller frees the list with g_strfreev(). */
char **store_watch_claim(Store *store, const char *const *named,
	int64_t interval, int64_t busiest, int64_t most, GError **error);

/* Keeps it, if it is new. */
bool store_watch_note(
	Store *store, const StoreObservation *observation, GError **error);

#endif
