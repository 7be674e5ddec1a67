/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-maintain.h"

#include "sql/store-internal.h"

static const char fold_statement[] = "SELECT tlsrpt.fold()";

static const char partitions_statement[] = "SELECT tlsrpt.ensure_partitions()";

static bool select_number(
	Store *store, const char *statement, int64_t *number, GError **error)
{
	StoreParams none = {0};
	g_autoptr(PGresult) result =
		store_execute(store, statement, &none, error);

	if (result == NULL)
		return false;
	*number = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	return true;
}

bool store_maintain(Store *store, StoreMaintenance *done, GError **error)
{
	int64_t folded;

	*done = (StoreMaintenance){0};
	if (!select_number(
		    store, partitions_statement, &done->partitions, error))
		return false;
	do {
		if (!select_number(store, fold_statement, &folded, error))
			return false;
		if (folded > 0)
			done->folded += folded;
	} while (folded > 0);
	if (folded < 0 && done->folded == 0)
		done->folded = -1;
	return true;
}
