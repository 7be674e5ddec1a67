/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_ROLLOUT_H
#define SQL_STORE_ROLLOUT_H

/* How far domains may go with their policies. */

#include <glib.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* The rows of v_rollout, the most urgent first, where `result_types`,
 * `receiving_mx_hostnames` and `reasons` are texts with newlines between what
 * they list: of these domains, which end with NULL, or of all where there is
 * none. The caller frees it. */
StoreTable *store_rollout_read(
	Store *store, const char *const *domains, GError **error);

#endif
