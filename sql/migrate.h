/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_MIGRATE_H
#define SQL_MIGRATE_H

/* Creates and upgrades the schema from the numbered files built in. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store.h"

typedef struct {
	int version_before;
	int version_after;
} MigrateResult;

/* `db init`: creates roles and schema; fails with STORE_ERROR_REFUSED when the
 * schema is there or the database is not in UTF8. All files run in one
 * transaction: on failure nothing has changed. */
bool migrate_init(Store *store, MigrateResult *result, GError **error);

/* `db upgrade`: applies what is missing; fails with STORE_ERROR_SCHEMA when
 * there is no schema or a newer one, and with STORE_ERROR_LOCKED when others
 * hold what it needs for a minute. Where nothing is new it waits for no reader,
 * and does no more than grant the rights. */
bool migrate_upgrade(Store *store, MigrateResult *result, GError **error);

#endif
