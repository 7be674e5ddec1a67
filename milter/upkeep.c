/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/upkeep.h"

#include <stdbool.h>
#include <syslog.h>

#include "milter/allowance.h"
#include "milter/log.h"
#include "milter/metrics-alerts.h"
#include "milter/metrics.h"
#include "milter/notify.h"
#include "milter/replay.h"
#include "milter/snapshot.h"
#include "milter/trouble.h"
#include "milter/worker.h"
#include "sql/store-maintain.h"
#include "sql/store-rule.h"

enum {
	/* How often the watchdog hears of a thread that only waits: WatchdogSec
	 * of the unit is many times that. */
	ALIVE_USEC = 20 * G_USEC_PER_SEC,
	/* A backlog is worked off a part at a time: the spool has its turn,
	 * too. */
	MAINTAIN_USEC = 10 * G_USEC_PER_SEC,
};

struct Upkeep {
	Worker *worker;
	Store *store;
	Spool *spool;
	Spool *https_spool;
	Replay *replay;
	Trouble trouble;
	/* To log it once. */
	char *metrics_problem;
	bool database_up;
	StoreMaintenance done;
	/* The last signer that was too much. */
	char *crowded;
};

/* Takes the error, which may be NULL. */
static void note_problem(Upkeep *upkeep, GError *problem)
{
	if (trouble_note(&upkeep->trouble, problem))
		notify_status(
			problem != NULL ? problem->message : "storing reports");
}

/* Asked before each message of the spool, too. */
static bool is_stopping(void *data)
{
	const Upkeep *upkeep = data;

	notify_alive();
	return worker_is_stopping(upkeep->worker);
}

static void log_done(const StoreMaintenance *done)
{
	if (done->folded > 0 || done->alert_events > 0 || done->judged > 0 ||
		done->released > 0 || done->partitions > 0)
		log_message(LOG_DEBUG,
			"maintenance: folded=%" G_GINT64_FORMAT
			" alert_events=%" G_GINT64_FORMAT
			" judged=%" G_GINT64_FORMAT
			" released=%" G_GINT64_FORMAT
			" partitions=%" G_GINT64_FORMAT,
			done->folded, done->alert_events, done->judged,
			done->released, done->partitions);
}

/* Each signer once. */
static void note_crowded(Upkeep *upkeep, const char *signer)
{
	if (*signer == '\0' || g_strcmp0(upkeep->crowded, signer) == 0)
		return;
	log_message(LOG_WARNING,
		"alerts: %s has so many open alerts that others are not "
		"opened: see tlsreport alert list",
		signer);
	g_free(upkeep->crowded);
	upkeep->crowded = g_strdup(signer);
}

static bool maintain_once(Upkeep *upkeep, GError **error)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	const StoreMaintainOptions options = {
		{snapshot->settings->quarantine_days,
			snapshot->settings->quarantine_max_bytes},
		snapshot->settings->alert_corroboration ==
			SETTINGS_ALERT_CORROBORATION_YES,
		false};
	bool well =
		store_maintain(upkeep->store, &options, &upkeep->done, error);

	notify_alive();
	upkeep->database_up = upkeep->done.reached;
	note_crowded(upkeep, upkeep->done.crowded);
	log_done(&upkeep->done);
	return well;
}

static void maintain(Upkeep *upkeep, GError **error)
{
	gint64 until = g_get_monotonic_time() + MAINTAIN_USEC;

	while (maintain_once(upkeep, error) && upkeep->done.unfinished &&
		!is_stopping(upkeep) && g_get_monotonic_time() < until)
		continue;
}

static void learn_trusted(Upkeep *upkeep, GError **error)
{
	g_autoptr(StoreTable) signers =
		store_rule_signers(upkeep->store, error);
	GHashTable *domains;

	if (signers == NULL)
		return;
	domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < signers->row_count; i++)
		g_hash_table_add(
			domains, store_table_take(signers, i, "domain"));
	allowance_set_trusted(domains);
}

/* As long as another process adds to the roll-ups, or there is more to do than
 * was tried, nothing shows that what failed works again. */
static bool has_worked(const Upkeep *upkeep)
{
	return upkeep->done.folded >= 0 && !upkeep->done.unfinished;
}

/* True when the next one need not be waited for. */
static bool do_round(Upkeep *upkeep)
{
	GError *error = NULL;
	bool unfinished;

	maintain(upkeep, &error);
	if (upkeep->database_up)
		learn_trusted(upkeep, error == NULL ? &error : NULL);
	if (upkeep->database_up && upkeep->replay != NULL)
		replay_spool(upkeep->replay, is_stopping, upkeep,
			error == NULL ? &error : NULL);
	unfinished = error == NULL && upkeep->done.unfinished;
	if (error != NULL || has_worked(upkeep))
		note_problem(upkeep, error);
	return unfinished;
}

/* The gauges of a spool. */
typedef struct {
	Metric files;
	Metric bytes;
	Metric oldest;
} SpoolMetrics;

static void measure_spool(Spool *spool, const SpoolMetrics *metrics)
{
	g_autoptr(GPtrArray) entries = NULL;
	uint64_t bytes = 0;
	uint64_t waiting = 0;
	uint64_t set_aside = 0;
	int64_t oldest = 0;

	if (spool != NULL)
		entries = spool_list(spool, NULL);
	for (guint i = 0; entries != NULL && i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];

		bytes += entry->size;
		if (entry->corrupt)
			set_aside++;
		else if (waiting++ == 0)
			oldest = entry->received;
	}
	metrics_set(metrics->files, "waiting", waiting);
	metrics_set(metrics->files, "set-aside", set_aside);
	metrics_set(metrics->bytes, NULL, bytes);
	metrics_set(metrics->oldest, NULL, (uint64_t)oldest);
}

/* Each problem once. */
static void note_metrics_problem(Upkeep *upkeep, const char *problem)
{
	if (problem != NULL && g_strcmp0(upkeep->metrics_problem, problem) != 0)
		log_message(LOG_ERR, "metrics_file: %s", problem);
	g_free(upkeep->metrics_problem);
	upkeep->metrics_problem = g_strdup(problem);
}

/* Without the alerts the rest is written all the same. */
static char *add_alerts(Upkeep *upkeep, GString *text)
{
	g_autoptr(GError) error = NULL;

	if (!upkeep->database_up ||
		metrics_alerts_add(text, upkeep->store, &error))
		return NULL;
	return g_strconcat("alerts: ", error->message, NULL);
}

static void write_metrics(Upkeep *upkeep)
{
	static const SpoolMetrics mail = {
		METRIC_SPOOL_FILES, METRIC_SPOOL_BYTES, METRIC_SPOOL_OLDEST};
	static const SpoolMetrics https = {METRIC_HTTPS_SPOOL_FILES,
		METRIC_HTTPS_SPOOL_BYTES, METRIC_HTTPS_SPOOL_OLDEST};
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	const char *path = snapshot->settings->metrics_file;
	g_autoptr(GString) alerts = g_string_new(NULL);
	g_autofree char *problem = NULL;
	g_autoptr(GError) error = NULL;

	if (*path == '\0')
		return;
	measure_spool(upkeep->spool, &mail);
	measure_spool(upkeep->https_spool, &https);
	metrics_set(METRIC_DATABASE_UP, NULL, upkeep->database_up);
	problem = add_alerts(upkeep, alerts);
	if (!metrics_write(path, alerts->str, &error)) {
		g_free(problem);
		problem = g_strdup(error->message);
	}
	note_metrics_problem(upkeep, problem);
}

/* Waits for the next round, which may be later than the watchdog allows; true
 * when it is time to stop. */
static bool wait_for_round(Worker *worker)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	gint64 now = g_get_monotonic_time();
	gint64 until =
		now + snapshot->settings->maintenance_interval * G_USEC_PER_SEC;

	while (until - now > ALIVE_USEC) {
		if (worker_wait_until(worker, now + ALIVE_USEC))
			return true;
		notify_alive();
		now = g_get_monotonic_time();
	}
	return worker_wait_until(worker, until);
}

static void run(Worker *worker, void *data)
{
	Upkeep *upkeep = data;
	bool unfinished;

	do {
		unfinished = do_round(upkeep);
		write_metrics(upkeep);
		notify_alive();
	} while (unfinished ? !is_stopping(upkeep) : !wait_for_round(worker));
}

Upkeep *upkeep_start(
	Store *store, Intake *intake, Spool *spool, Spool *https_spool)
{
	Upkeep *upkeep = g_new0(Upkeep, 1);

	upkeep->store = store;
	upkeep->spool = spool;
	upkeep->https_spool = https_spool;
	upkeep->replay = spool != NULL ? replay_new(intake, spool) : NULL;
	upkeep->trouble.work = "maintenance";
	upkeep->worker = worker_new(run, upkeep);
	worker_start(upkeep->worker, "upkeep");
	return upkeep;
}

static void upkeep_free(Upkeep *upkeep)
{
	replay_free(upkeep->replay);
	trouble_clear(&upkeep->trouble);
	g_free(upkeep->metrics_problem);
	g_free(upkeep->crowded);
	g_free(upkeep);
}

bool upkeep_stop(Upkeep *upkeep, gint64 deadline)
{
	if (!worker_stop(upkeep->worker, deadline))
		return false;
	upkeep_free(upkeep);
	return true;
}
