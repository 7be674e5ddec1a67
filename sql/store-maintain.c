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

static bool fold(Store *store, int64_t *folded, GError **error)
{
	int64_t count;

	do {
		if (!select_number(store, fold_statement, &count, error))
			return false;
		if (count > 0)
			*folded += count;
	} while (count > 0);
	if (count < 0 && *folded == 0)
		*folded = -1;
	return true;
}

/* The partitions are made months ahead and may wait for a reader: they come
 * last, so that the roll-ups do not wait with them. */
bool store_maintain(Store *store, StoreMaintenance *done, GError **error)
{
	*done = (StoreMaintenance){0};
	return fold(store, &done->folded, error) &&
	       select_number(
		       store, partitions_statement, &done->partitions, error);
}
