/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-maintain.h"

#include <inttypes.h>

#include "sql/store-internal.h"

enum {
	/* The default of fold(). */
	FOLD_BATCH = 5000,
};

static const char fold_statement[] = "SELECT tlsrpt.fold()";

static const char purge_statement[] =
	"SELECT removed, before, number AS rows "
	"FROM tlsrpt.purge($1::integer, $2::integer, $3::boolean)";

static const char alerts_statement[] =
	"SELECT events, more FROM tlsrpt.evaluate_alerts()";

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

static bool evaluate_alerts(
	Store *store, StoreMaintenance *done, GError **error)
{
	StoreParams none = {0};
	g_autoptr(PGresult) result =
		store_execute(store, alerts_statement, &none, error);

	if (result == NULL)
		return false;
	done->alert_events =
		g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	if (*PQgetvalue(result, 0, 1) == 't')
		done->unfinished = true;
	return true;
}

/* One batch only: while reports come in all the time, there would be no end.
 * The partitions are made months ahead and may wait for a reader: they come
 * last, so that nothing else waits with them. */
bool store_maintain(Store *store, StoreMaintenance *done, GError **error)
{
	*done = (StoreMaintenance){0};
	if (!select_number(store, fold_statement, &done->folded, error))
		return false;
	done->unfinished = done->folded >= FOLD_BATCH;
	if (!evaluate_alerts(store, done, error))
		return false;
	return done->unfinished || select_number(store, partitions_statement,
					   &done->partitions, error);
}

StoreTable *store_purge(
	Store *store, const StoreRetention *retention, GError **error)
{
	g_autofree char *reports =
		g_strdup_printf("%" PRId64, retention->report_days);
	g_autofree char *rollups =
		g_strdup_printf("%" PRId64, retention->rollup_days);
	const char *values[] = {
		reports, rollups, retention->really ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_read(store, purge_statement, &params, error);
}
