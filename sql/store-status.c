/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-status.h"

#include "sql/store-internal.h"

static const char status_statement[] =
	"SELECT item, value FROM tlsrpt.status()";

StoreTable *store_status(Store *store, GError **error)
{
	StoreParams none = {0};

	return store_read(store, status_statement, &none, error);
}
