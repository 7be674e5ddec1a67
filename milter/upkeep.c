/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/upkeep.h"

#include <stdbool.h>
#include <syslog.h>

#include "intake/reason.h"
#include "milter/log.h"
#include "milter/metrics-alerts.h"
#include "milter/metrics.h"
#include "milter/notify.h"
#include "milter/snapshot.h"
#include "sql/store-maintain.h"

struct Upkeep {
	GThread *thread;
	GMutex mutex;
	GCond cond;
	bool stopping;
	Store *store;
	Intake *intake;
	Spool *spool;
	/* The errors of the last round, to log each problem once. */
	char *problem;
	char *metrics_problem;
	bool database_up;
};

static void note_problem(Upkeep *upkeep, const char *problem)
{
	if (g_strcmp0(upkeep->problem, problem) == 0)
		return;
	if (problem != NULL)
		log_message(LOG_ERR, "maintenance: %s", problem);
	else
		log_message(LOG_NOTICE, "maintenance: works again");
	notify_status(problem != NULL ? problem : "storing reports");
	g_free(upkeep->problem);
	upkeep->problem = g_strdup(problem);
}

static bool is_stopping(Upkeep *upkeep)
{
	bool stopping;

	g_mutex_lock(&upkeep->mutex);
	stopping = upkeep->stopping;
	g_mutex_unlock(&upkeep->mutex);
	return stopping;
}

static bool set_aside(Upkeep *upkeep, const SpoolEntry *entry,
	const GError *why, GError **error)
{
	log_message(LOG_ERR, "spool: %s: set aside, see tlsreport spool: %s",
		entry->name, why->message);
	return spool_set_aside(upkeep->spool, entry, error);
}

/* False when it is useless to go on. */
static bool replay(Upkeep *upkeep, const SpoolEntry *entry, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(SpoolMessage) message =
		spool_read(upkeep->spool, entry, &problem);

	if (message == NULL)
		return set_aside(upkeep, entry, problem, error);
	if (intake_replay(upkeep->intake, message, &problem))
		return spool_remove(upkeep->spool, entry, error);
	if (reason_is_final(problem))
		return set_aside(upkeep, entry, problem, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

/* The oldest first. What was set aside stays there. */
static void replay_spool(Upkeep *upkeep, GError **error)
{
	g_autoptr(GPtrArray) entries = spool_list(upkeep->spool, error);
	guint done = 0;

	if (entries == NULL)
		return;
	while (done < entries->len && !is_stopping(upkeep)) {
		const SpoolEntry *entry = entries->pdata[done];

		if (entry->corrupt || !replay(upkeep, entry, error))
			break;
		notify_alive();
		done++;
	}
	if (done > 0)
		log_message(LOG_NOTICE,
			"spool: %u messages taken in, %u files are left", done,
			entries->len - done);
}

static bool maintain(Upkeep *upkeep, GError **error)
{
	StoreMaintenance done;

	do {
		if (!store_maintain(upkeep->store, &done, error))
			return false;
		notify_alive();
		if (done.folded > 0 || done.alert_events > 0 ||
			done.partitions > 0)
			log_message(LOG_DEBUG,
				"maintenance: folded=%" G_GINT64_FORMAT
				" alert_events=%" G_GINT64_FORMAT
				" partitions=%" G_GINT64_FORMAT,
				done.folded, done.alert_events,
				done.partitions);
	} while (done.unfinished && !is_stopping(upkeep));
	return true;
}

static void do_round(Upkeep *upkeep)
{
	g_autoptr(GError) error = NULL;

	upkeep->database_up = maintain(upkeep, &error);
	if (upkeep->database_up && upkeep->spool != NULL)
		replay_spool(upkeep, &error);
	note_problem(upkeep, error != NULL ? error->message : NULL);
}

static void look_at_spool(Upkeep *upkeep, MetricsState *state)
{
	g_autoptr(GPtrArray) entries = spool_list(upkeep->spool, NULL);

	for (guint i = 0; entries != NULL && i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];

		state->spool_bytes += entry->size;
		if (entry->corrupt)
			state->spool_set_aside++;
		else if (state->spool_waiting++ == 0)
			state->spool_oldest = entry->received;
	}
}

static void write_metrics(Upkeep *upkeep)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	const char *path = snapshot->settings->metrics_file;
	MetricsState state = {.database_up = upkeep->database_up};
	g_autoptr(GString) alerts = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	if (*path == '\0')
		return;
	if (upkeep->spool != NULL)
		look_at_spool(upkeep, &state);
	if (upkeep->database_up &&
		!metrics_alerts_add(alerts, upkeep->store, &error))
		g_prefix_error(&error, "alerts: ");
	state.alerts = alerts->str;
	metrics_write(path, &state, error == NULL ? &error : NULL);
	if (error != NULL &&
		g_strcmp0(upkeep->metrics_problem, error->message) != 0)
		log_message(LOG_ERR, "metrics_file: %s", error->message);
	g_free(upkeep->metrics_problem);
	upkeep->metrics_problem =
		error != NULL ? g_strdup(error->message) : NULL;
}

/* Waits for the next round; true when it is time to stop. */
static bool wait_for_round(Upkeep *upkeep)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	gint64 until =
		g_get_monotonic_time() +
		snapshot->settings->maintenance_interval * G_USEC_PER_SEC;
	bool stopping;

	g_mutex_lock(&upkeep->mutex);
	while (!upkeep->stopping &&
		g_cond_wait_until(&upkeep->cond, &upkeep->mutex, until))
		continue;
	stopping = upkeep->stopping;
	g_mutex_unlock(&upkeep->mutex);
	return stopping;
}

static void *run(void *data)
{
	Upkeep *upkeep = data;

	do {
		do_round(upkeep);
		write_metrics(upkeep);
		notify_alive();
	} while (!wait_for_round(upkeep));
	return NULL;
}

Upkeep *upkeep_start(Store *store, Intake *intake, Spool *spool)
{
	Upkeep *upkeep = g_new0(Upkeep, 1);

	g_mutex_init(&upkeep->mutex);
	g_cond_init(&upkeep->cond);
	upkeep->store = store;
	upkeep->intake = intake;
	upkeep->spool = spool;
	upkeep->thread = g_thread_new("upkeep", run, upkeep);
	return upkeep;
}

void upkeep_stop(Upkeep *upkeep)
{
	g_mutex_lock(&upkeep->mutex);
	upkeep->stopping = true;
	g_cond_signal(&upkeep->cond);
	g_mutex_unlock(&upkeep->mutex);
	g_thread_join(upkeep->thread);
	g_mutex_clear(&upkeep->mutex);
	g_cond_clear(&upkeep->cond);
	g_free(upkeep->problem);
	g_free(upkeep->metrics_problem);
	g_free(upkeep);
}
