/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/collector.h"

#include "milter/replay.h"
#include "milter/snapshot.h"
#include "milter/trouble.h"
#include "milter/worker.h"
#include "spool/spool-limits.h"

enum {
	/* While mail comes in, the pause after a message is so many times as
	 * long as it took, but no longer than this. */
	PAUSE_TIMES = 9,
	PAUSE_USEC = G_USEC_PER_SEC,
};

struct Collector {
	Worker *worker;
	Intake *intake;
	Spool *spool;
	Replay *replay;
	/* When the message in hand was begun. */
	gint64 since;
	Trouble trouble;
};

/* Called before each message. */
static bool make_way(void *data)
{
	Collector *collector = data;
	gint64 now = g_get_monotonic_time();
	gint64 pause = MIN((now - collector->since) * PAUSE_TIMES, PAUSE_USEC);
	bool stopping =
		intake_is_busy(collector->intake)
			? worker_wait_until(collector->worker, now + pause)
			: worker_is_stopping(collector->worker);

	collector->since = g_get_monotonic_time();
	return stopping;
}

static void do_round(Collector *collector, const Settings *settings)
{
	const SpoolLimits limits = {(uint64_t)settings->max_message_size,
		(uint64_t)settings->https_spool_max_bytes};
	GError *error = NULL;

	collector->since = g_get_monotonic_time();
	/* Strangers may have a way into the directory. */
	spool_set_message_max(
		collector->spool, (size_t)settings->max_message_size);
	/* Where the disk is full, this alone makes room again. */
	spool_limits_write(
		spool_get_directory(collector->spool), &limits, &error);
	replay_spool(collector->replay, make_way, collector,
		error == NULL ? &error : NULL);
	trouble_note(&collector->trouble, error);
}

static void run(Worker *worker, void *data)
{
	Collector *collector = data;
	gint64 until;

	do {
		g_autoptr(Snapshot) snapshot = snapshot_get_current();

		until = g_get_monotonic_time() +
			snapshot->settings->maintenance_interval *
				G_USEC_PER_SEC;
		do_round(collector, snapshot->settings);
	} while (!worker_wait_until(worker, until));
}

Collector *collector_start(Intake *intake, Spool *spool)
{
	Collector *collector = g_new0(Collector, 1);

	collector->intake = intake;
	collector->spool = spool;
	collector->trouble.work = "https";
	collector->replay = replay_new(intake, spool);
	collector->worker = worker_new(run, collector);
	worker_start(collector->worker, "https");
	return collector;
}

bool collector_stop(Collector *collector, gint64 deadline)
{
	if (collector == NULL)
		return true;
	if (!worker_stop(collector->worker, deadline))
		return false;
	replay_free(collector->replay);
	trouble_clear(&collector->trouble);
	g_free(collector);
	return true;
}
