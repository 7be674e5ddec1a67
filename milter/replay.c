/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/replay.h"

#include <syslog.h>

#include "intake/reason.h"
#include "milter/log.h"

enum {
	/* After so many messages that could not be stored the round is over:
	 * the database is in trouble, and each may have waited for it. */
	FAILURES_MAX = 3,
	/* But what strangers have sent must not keep back what is signed: of
	 * messages that wait for reasons of their own a round tries so many, as
	 * long as it is not longer than this. */
	WAITING_MAX = 300,
	WAITING_USEC = 60 * G_USEC_PER_SEC,
};

struct Replay {
	Intake *intake;
	Spool *spool;
	/* Names of files that could not be stored in the last round. */
	GHashTable *postponed;
};

Replay *replay_new(Intake *intake, Spool *spool)
{
	Replay *replay = g_new0(Replay, 1);

	replay->intake = intake;
	replay->spool = spool;
	replay->postponed =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return replay;
}

void replay_free(Replay *replay)
{
	if (replay == NULL)
		return;
	g_hash_table_unref(replay->postponed);
	g_free(replay);
}

static bool set_aside(Replay *replay, const SpoolEntry *entry,
	const GError *why, GError **error)
{
	log_message(LOG_ERR, "spool: %s: set aside, see tlsreport spool%s: %s",
		entry->name, spool_is_shared(replay->spool) ? " --https" : "",
		why->message);
	return spool_set_aside(replay->spool, entry, error);
}

/* A file that cannot be read now may be as good as ever. */
static bool is_hopeless(const GError *problem)
{
	return reason_is_final(problem) ||
	       g_error_matches(problem, SPOOL_ERROR, SPOOL_ERROR_DAMAGED);
}

/* What has failed in a round. */
typedef struct {
	gint64 until;
	guint failed;
	/* Failures that say nothing about those behind. */
	guint waiting;
} Round;

static bool waits_alone(const GError *problem)
{
	return g_error_matches(problem, REASON_ERROR, REASON_FLOOD) ||
	       g_error_matches(problem, REASON_ERROR, REASON_DKIM);
}

static bool is_over(const Round *round)
{
	return round->failed >= FAILURES_MAX || round->waiting >= WAITING_MAX ||
	       (round->waiting > 0 && g_get_monotonic_time() > round->until);
}

/* Takes the problem. The first one is what the caller hears of. */
static void note_failure(Round *round, GError *problem, GError **error)
{
	bool is_first = round->failed + round->waiting == 0;

	if (waits_alone(problem))
		round->waiting++;
	else
		round->failed++;
	if (is_first)
		g_propagate_error(error, problem);
	else
		g_error_free(problem);
}

/* False when the message stays where it is. */
static bool store_again(Replay *replay, const SpoolEntry *entry, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(SpoolMessage) message =
		spool_read(replay->spool, entry, &problem);

	if (message != NULL && intake_replay(replay->intake, message, &problem))
		return spool_remove(replay->spool, entry, error);
	if (is_hopeless(problem))
		return set_aside(replay, entry, problem, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

/* What waits, the oldest first, but after the others what could not be stored
 * since each had its turn: messages that never can must not keep back the rest,
 * however many they are. */
static GPtrArray *list_waiting(Replay *replay, const GPtrArray *entries)
{
	GPtrArray *waiting = g_ptr_array_new();

	for (int again = 0; again < 2; again++) {
		for (guint i = 0; i < entries->len; i++) {
			SpoolEntry *entry = entries->pdata[i];

			if (!entry->corrupt &&
				g_hash_table_contains(replay->postponed,
					entry->name) == again)
				g_ptr_array_add(waiting, entry);
		}
	}
	return waiting;
}

/* A message that was postponed leads only when all were: then each has its turn
 * again. */
static void begin_turn(Replay *replay, const GPtrArray *waiting)
{
	const SpoolEntry *first = waiting->len > 0 ? waiting->pdata[0] : NULL;

	if (first == NULL ||
		g_hash_table_contains(replay->postponed, first->name))
		g_hash_table_remove_all(replay->postponed);
}

static void log_replayed(guint done, guint left)
{
	if (done > 0)
		log_message(LOG_NOTICE,
			"spool: %u messages processed, %u messages wait", done,
			left);
}

void replay_spool(Replay *replay, ReplayIsStopping *is_stopping, void *data,
	GError **error)
{
	g_autoptr(GPtrArray) entries = spool_list(replay->spool, error);
	g_autoptr(GPtrArray) waiting = NULL;
	Round round = {.until = g_get_monotonic_time() + WAITING_USEC};
	guint tried = 0;

	if (entries == NULL)
		return;
	waiting = list_waiting(replay, entries);
	begin_turn(replay, waiting);
	for (; tried < waiting->len && !is_over(&round) && !is_stopping(data);
		tried++) {
		const SpoolEntry *entry = waiting->pdata[tried];
		GError *problem = NULL;

		if (!store_again(replay, entry, &problem)) {
			g_hash_table_add(
				replay->postponed, g_strdup(entry->name));
			note_failure(&round, problem, error);
		}
	}
	log_replayed(tried - round.failed - round.waiting,
		waiting->len - tried + round.failed + round.waiting);
}
