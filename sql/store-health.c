/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-health.h"

#include <inttypes.h>

#include "sql/schema.h"
#include "sql/store-internal.h"

static const char *const columns[STORE_HEALTH_COUNT] = {
	[STORE_HEALTH_COMMIT] = "commit",
	[STORE_HEALTH_FSYNC] = "fsync",
	[STORE_HEALTH_TIMEOUT] = "timeout",
	[STORE_HEALTH_CONNECTIONS] = "connections",
	[STORE_HEALTH_WAITING] = "waiting",
	[STORE_HEALTH_PARTITION] = "partition",
	[STORE_HEALTH_OUTSIDE] = "outside",
	[STORE_HEALTH_CROWDED] = "crowded",
	[STORE_HEALTH_FLOOD] = "flood",
	[STORE_HEALTH_EMPTY] = "empty",
	[STORE_HEALTH_SILENT] = "silent",
	[STORE_HEALTH_COLLATION] = "collation",
};

bool store_health(Store *store, size_t connections, int64_t interval,
	StoreHealth *health, GError **error)
{
	g_autofree char *number = g_strdup_printf("%zu", connections);
	g_autofree char *seconds = g_strdup_printf("%" PRId64, interval);
	const char *values[] = {number, seconds};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = store_read(
		store, schema_get_text("query/health.sql"), &params, error);

	*health = (StoreHealth){0};
	if (table == NULL)
		return false;
	for (size_t i = 0; i < STORE_HEALTH_COUNT; i++)
		health->values[i] = store_table_take(table, 0, columns[i]);
	return true;
}

void store_health_clear(StoreHealth *health)
{
	for (int i = 0; i < STORE_HEALTH_COUNT; i++)
		g_free(health->values[i]);
}
