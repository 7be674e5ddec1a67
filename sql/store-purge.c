/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-purge.h"

#include <inttypes.h>

#include "sql/error.h"
#include "sql/store-internal.h"

enum {
	/* Between two attempts: the pause grows up to the second. */
	FIRST_PAUSE_USEC = 50000,
	LAST_PAUSE_USEC = 2 * G_USEC_PER_SEC,
	PATIENCE_SECONDS = 120,
};

static const char plan_statement[] =
	"SELECT removed, before, number AS rows FROM tlsrpt.purge_plan("
	"$1::integer, $2::integer, $3::integer, $4::bigint)";

/* Each is a transaction of its own, and says whether there may be more. */
static const struct {
	const char *statement;
	/* Which of the parameters of the plan. */
	int first;
	int count;
} steps[] = {
	{"SELECT tlsrpt.purge_fold($1::integer)", 0, 1},
	{"SELECT tlsrpt.purge_month($1::integer)", 0, 1},
	{"SELECT tlsrpt.purge_outside($1::integer)", 0, 1},
	{"SELECT tlsrpt.purge_rollup_month($1::integer)", 1, 1},
	{"SELECT tlsrpt.purge_rollups($1::integer)", 1, 1},
	{"SELECT tlsrpt.purge_watched($1::integer)", 0, 1},
	{"SELECT tlsrpt.purge_quarantine($1::integer, $2::bigint) > 0", 2, 2},
};

/* Runs a step once, and again while somebody holds what it needs. `more` is
 * what it says. */
static bool run_once(Store *store, const char *statement,
	const StoreParams *params, bool *more, GError **error)
{
	gint64 end = g_get_monotonic_time() +
		     (gint64)PATIENCE_SECONDS * G_USEC_PER_SEC;
	gulong pause = FIRST_PAUSE_USEC;

	for (;;) {
		g_autoptr(GError) problem = NULL;
		g_autoptr(PGresult) result =
			store_execute(store, statement, params, &problem);

		if (result != NULL) {
			*more = *PQgetvalue(result, 0, 0) == 't';
			return true;
		}
		if (!g_error_matches(
			    problem, STORE_ERROR, STORE_ERROR_LOCKED) ||
			g_get_monotonic_time() > end) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return false;
		}
		g_usleep(pause);
		pause = MIN(2 * pause, LAST_PAUSE_USEC);
	}
}

static bool run_steps(Store *store, const char *const *values, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		const StoreParams params = {
			steps[i].count, values + steps[i].first};
		bool more = true;

		while (more) {
			if (!run_once(store, steps[i].statement, &params, &more,
				    error))
				return false;
		}
	}
	return true;
}

StoreTable *store_purge(
	Store *store, const StoreRetention *retention, GError **error)
{
	const int64_t numbers[] = {retention->report_days,
		retention->rollup_days, retention->quarantine.days,
		retention->quarantine.bytes};
	char texts[G_N_ELEMENTS(numbers)][24];
	const char *values[G_N_ELEMENTS(numbers)];
	const StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_snprintf(texts[i], sizeof(texts[i]), "%" PRId64, numbers[i]);
		values[i] = texts[i];
	}
	table = store_read(store, plan_statement, &params, error);
	if (table == NULL ||
		(retention->really && !run_steps(store, values, error)))
		return NULL;
	return g_steal_pointer(&table);
}
