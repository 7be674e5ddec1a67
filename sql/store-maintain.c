/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-maintain.h"

#include <inttypes.h>
#include <stddef.h>

#include "sql/error.h"
#include "sql/store-internal.h"

enum {
	/* The defaults of fold(), evaluate_alerts(), judge_domains() and
	 * purge_quarantine(). */
	FOLD_ROWS = 40000,
	ALERT_DOMAINS = 200,
	VERDICT_DOMAINS = 200,
	RELEASED_MOST = 1000,
	/* What took too long is tried with a fourth of it. */
	SHRINK = 4,
	GROW = 2,
	/* While reports wait for the roll-ups, most of the time is theirs. */
	SHARE = 8,
	/* Without a connection each step would wait for one. */
	UNAVAILABLE_MOST = 2,
};

static const char fold_statement[] =
	"SELECT reports, more FROM tlsrpt.fold($1::integer, "
	"corroborate => $2::boolean)";

static const char put_off_statement[] =
	"SELECT report_key FROM tlsrpt.put_off_report()";

static const char stalled_statement[] =
	"SELECT tlsrpt.utc_text(waiting_since) FROM tlsrpt.health() "
	"WHERE greatest(waiting_since, folded_at) < now() - interval '1 "
	"minute'";

static const char alerts_statement[] =
	"SELECT events, more, crowded FROM "
	"tlsrpt.evaluate_alerts($1::integer, $2::boolean)";

static const char skip_statement[] = "SELECT tlsrpt.skip_alerts()";

static const char judge_statement[] =
	"SELECT domains, more FROM "
	"tlsrpt.judge_domains($1::integer, $2::boolean)";

static const char put_off_domain_statement[] = "SELECT tlsrpt.put_off_domain()";

static const char loops_statement[] = "SELECT tlsrpt.find_loops()";

static const char quarantine_statement[] =
	"SELECT tlsrpt.purge_quarantine($1::integer, $2::bigint)";

static const char partitions_statement[] = "SELECT tlsrpt.ensure_partitions()";

static int64_t get_number(const PGresult *result)
{
	return g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
}

static PGresult *run(Store *store, const char *statement, GError **error)
{
	StoreParams none = {0};

	return store_execute(store, statement, &none, error);
}

static PGresult *run_with(Store *store, const char *statement, int64_t number,
	bool flag, GError **error)
{
	g_autofree char *text = g_strdup_printf("%" PRId64, number);
	const char *values[] = {text, flag ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_execute(store, statement, &params, error);
}

/* A statement that says how much it has done, and whether there is more; what
 * passes over the first when that alone takes too long, and what it is. */
typedef struct {
	const char *statement;
	const char *pass_over;
	const char *what;
	int64_t most;
} SizedStep;

static const SizedStep fold_step = {
	fold_statement, put_off_statement, "the report", FOLD_ROWS};

static const SizedStep alerts_step = {alerts_statement, skip_statement,
	"the alerts of the domain", ALERT_DOMAINS};

static const SizedStep judge_step = {judge_statement, put_off_domain_statement,
	"the verdict on the domain", VERDICT_DOMAINS};

static void pass_over(Store *store, const SizedStep *step, GError **problem)
{
	g_autoptr(PGresult) result = run(store, step->pass_over, NULL);
	g_autofree char *name = NULL;

	if (result == NULL || PQgetisnull(result, 0, 0))
		return;
	name = g_strescape(PQgetvalue(result, 0, 0), NULL);
	g_prefix_error(
		problem, "leaving out %s %s for now: ", step->what, name);
}

/* What is too slow is tried with less: NULL without an error. So is what comes
 * behind a step that is unfinished. */
static PGresult *run_sized(Store *store, const SizedStep *step, bool flag,
	int64_t *size, bool *unfinished, GError **error)
{
	int64_t whole = *size > 0 ? *size : step->most;
	int64_t now = *unfinished ? MAX(1, whole / SHARE) : whole;
	g_autoptr(GError) problem = NULL;
	PGresult *result =
		run_with(store, step->statement, now, flag, &problem);

	if (result != NULL) {
		*size = MIN(step->most, MAX(whole, now * GROW));
		*unfinished |= *PQgetvalue(result, 0, 1) == 't';
		return result;
	}
	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_SLOW)) {
		*unfinished = true;
		*size = now > 1 ? MAX(1, now / SHRINK) : 0;
		if (now > 1)
			return NULL;
		pass_over(store, step, &problem);
	}
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

/* Another process adds to the roll-ups, or does nothing but hold them. */
static void check_stalled(Store *store, GError **error)
{
	g_autoptr(PGresult) result = run(store, stalled_statement, error);

	if (result != NULL && PQntuples(result) > 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_LOCKED,
			"reports have waited for the roll-ups since %s, and "
			"another process holds them: see pg_stat_activity",
			PQgetvalue(result, 0, 0));
}

static void fold(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autoptr(PGresult) result =
		run_sized(store, &fold_step, options->corroborate,
			&done->fold_rows, &done->unfinished, error);

	if (result == NULL)
		return;
	done->folded = get_number(result);
	if (done->folded < 0)
		check_stalled(store, error);
}

static void evaluate_alerts(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autoptr(PGresult) result =
		run_sized(store, &alerts_step, options->corroborate,
			&done->alert_domains, &done->unfinished, error);

	if (result == NULL)
		return;
	done->alert_events = get_number(result);
	g_strlcpy(
		done->crowded, PQgetvalue(result, 0, 2), sizeof(done->crowded));
}

/* Whatever waits will be news. The daemon goes on in the next round: where
 * domains have news all the time, verdicts would cost more than roll-ups. */
static void judge(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autoptr(PGresult) result = NULL;
	bool more = false;

	if (done->unfinished)
		return;
	result = run_sized(store, &judge_step, options->judge_at_once,
		&done->verdict_domains, &more, error);
	if (result != NULL)
		done->judged = get_number(result);
	done->unfinished = more && options->judge_at_once;
}

static void find_loops(Store *store,
	G_GNUC_UNUSED const StoreMaintainOptions *options,
	G_GNUC_UNUSED StoreMaintenance *done, GError **error)
{
	PQclear(run(store, loops_statement, error));
}

static void release(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autofree char *days =
		g_strdup_printf("%" PRId64, options->quarantine.days);
	g_autofree char *bytes =
		g_strdup_printf("%" PRId64, options->quarantine.bytes);
	const char *values[] = {days, bytes};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, quarantine_statement, &params, error);

	if (result == NULL)
		return;
	done->released = get_number(result);
	done->unfinished |= done->released >= RELEASED_MOST;
}

/* They are made months ahead and may wait for a reader: they come last, so that
 * nothing else waits with them. */
static void make_partitions(Store *store,
	G_GNUC_UNUSED const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autoptr(PGresult) result = run(store, partitions_statement, error);

	if (result != NULL)
		done->partitions = get_number(result);
}

static void (*const steps[])(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error) = {
	fold,
	evaluate_alerts,
	judge,
	find_loops,
	release,
	make_partitions,
};

static void begin(StoreMaintenance *done)
{
	*done = (StoreMaintenance){
		.fold_rows = done->fold_rows,
		.alert_domains = done->alert_domains,
		.verdict_domains = done->verdict_domains,
	};
}

/* One batch only: while reports come in all the time, there would be no end. */
bool store_maintain(Store *store, const StoreMaintainOptions *options,
	StoreMaintenance *done, GError **error)
{
	g_autoptr(GError) first = NULL;
	int unavailable = 0;

	begin(done);
	for (size_t i = 0;
		i < G_N_ELEMENTS(steps) && unavailable < UNAVAILABLE_MOST;
		i++) {
		g_autoptr(GError) problem = NULL;

		steps[i](store, options, done, &problem);
		if (g_error_matches(
			    problem, STORE_ERROR, STORE_ERROR_UNAVAILABLE))
			unavailable++;
		else
			done->reached = true;
		if (first == NULL)
			first = g_steal_pointer(&problem);
	}
	if (first == NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&first));
	return false;
}
