/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-status.h"

#include "sql/schema.h"
#include "sql/store-internal.h"

StoreTable *store_status(Store *store, GError **error)
{
	StoreParams none = {0};

	return store_read(
		store, schema_get_text("query/status.sql"), &none, error);
}
