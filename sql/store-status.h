/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_STATUS_H
#define SQL_STORE_STATUS_H

/* What there is in the database. */

#include <glib.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* `db status`: a table of item and value: version, server, partitions, sizes,
 * reports, rows not yet rolled up and their age, last report, alerts and how
 * their delivery stands. */
StoreTable *store_status(Store *store, GError **error);

#endif
