/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-health.h"

#include "sql/store-internal.h"

/* A column for each problem, in its order. */
static const char statement[] =
	"SELECT CASE WHEN current_setting('synchronous_commit') = 'off' "
	"THEN 'off' END, "
	"CASE WHEN current_setting('fsync') = 'off' THEN 'off' END, "
	"CASE WHEN current_setting('statement_timeout') = '0' "
	"AND current_setting('is_superuser') = 'off' THEN '0' END, "
	"CASE WHEN free < $1::bigint THEN free END, "
	"CASE WHEN waiting_since < now() - interval '1 hour' THEN "
	"to_char(waiting_since AT TIME ZONE 'UTC', "
	"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') END, "
	"to_char(missing_month, 'YYYY-MM'), "
	"nullif(outside, 0), "
	"CASE WHEN last_day IS NULL THEN 'none' END, "
	"CASE WHEN last_day < (now() AT TIME ZONE 'UTC')::date - 4 "
	"THEN last_day END "
	"FROM tlsrpt.health(), LATERAL (SELECT "
	"current_setting('max_connections')::bigint "
	"- current_setting('superuser_reserved_connections')::bigint AS free) "
	"AS connections";

bool store_health(
	Store *store, size_t connections, StoreHealth *health, GError **error)
{
	g_autofree char *number = g_strdup_printf("%zu", connections);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, statement, &params, error);

	*health = (StoreHealth){0};
	if (result == NULL)
		return false;
	for (int i = 0; i < STORE_HEALTH_COUNT; i++) {
		if (!PQgetisnull(result, 0, i))
			health->values[i] = g_strdup(PQgetvalue(result, 0, i));
	}
	return true;
}

void store_health_clear(StoreHealth *health)
{
	for (int i = 0; i < STORE_HEALTH_COUNT; i++)
		g_free(health->values[i]);
}
