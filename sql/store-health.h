/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_HEALTH_H
#define SQL_STORE_HEALTH_H

/* What may be wrong with a database that answers and has the right schema. */

#include <stddef.h>
#include <stdint.h>

#include "sql/store.h"

typedef enum {
	/* A commit may be lost although it was reported; the setting. */
	STORE_HEALTH_COMMIT,
	/* The same, after a crash of the system. */
	STORE_HEALTH_FSYNC,
	/* A statement of an ordinary role may take any time. */
	STORE_HEALTH_TIMEOUT,
	/* The server has fewer connections; their number. */
	STORE_HEALTH_CONNECTIONS,
	/* Reports wait for the roll-ups, to which nothing has been added for
	 * long; since when. */
	STORE_HEALTH_WAITING,
	/* A month to come has no partition; which. */
	STORE_HEALTH_PARTITION,
	/* Reports outside of all months; how many, up to 1000. */
	STORE_HEALTH_OUTSIDE,
	/* So many alerts of one signer are open that others were not opened;
	 * which signer. */
	STORE_HEALTH_CROWDED,
	/* Over 100000 unauthenticated reports were added in a day; how many. */
	STORE_HEALTH_FLOOD,
	/* There is no report. */
	STORE_HEALTH_EMPTY,
	/* No report is about one of the last four days; the last day. */
	STORE_HEALTH_SILENT,
	/* The order of texts has changed; from which version to which. */
	STORE_HEALTH_COLLATION,
	STORE_HEALTH_COUNT,
} StoreHealthProblem;

/* A value for each problem that is there, NULL for the others. */
typedef struct {
	char *values[STORE_HEALTH_COUNT];
} StoreHealth;

/* `connections` is how many one process may open, `interval` the seconds
 * between two updates of the roll-ups. Needs the right to store or to read
 * everything. The caller clears `health`, also after a failure. */
bool store_health(Store *store, size_t connections, int64_t interval,
	StoreHealth *health, GError **error);
void store_health_clear(StoreHealth *health);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreHealth, store_health_clear)

#endif
