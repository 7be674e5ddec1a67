/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SERVER_H
#define MILTER_SERVER_H

/* The daemon from the first setting to the last message.
 *
 * Threads, and what each may lock; nobody holds two locks at once:
 *
 *   main      starts all, then waits for signals: TERM and INT stop, HUP and
 *             USR1 replace the current snapshot (its lock in snapshot.c)
 *   milter    smfi_main(): accepts sessions, for which libmilter has threads
 *   sessions  callbacks -> message -> intake; one message each, in the gates of
 *             callbacks.c (in hand) and intake.c (messages, parsers); the
 *             allowance, a connection of the store's pool, the spool, the
 *             metrics
 *   upkeep    every maintenance_interval: roll-ups, alerts, verdicts,
 *             partitions, then the trusted signers, for the allowance, and the
 *             spool, through the same intake; the metrics file; tells the
 *             watchdog that it is alive
 *   https     the collector, where there is an HTTPS spool: takes in what is in
 *             it through the same intake, and gives way to sessions
 *   stop      only at the end: smfi_stop(), which may block
 *
 * The end, in this order and within STOP_SECONDS: no new sessions, no new
 * messages (451), those in hand are finished, the upkeep and the
 * collector end, all is freed.
 * Where one of these does not end the process leaves without freeing anything.
 */

#include <glib.h>
#include <stdbool.h>

#include "milter/snapshot.h"

#define SERVER_ERROR (server_error_quark())

typedef enum {
	/* libmilter refused, failed, or ended by itself. */
	SERVER_ERROR_LIBMILTER,
} ServerErrorCode;

GQuark server_error_quark(void);

/* Serves until SIGTERM or SIGINT; SIGHUP and SIGUSR1 read the file at `path`
 * again, where `snapshot` is from. To be called on the main thread before there
 * is any other. False when it could not start or libmilter failed. */
bool server_run(const char *path, Snapshot *snapshot, GError **error);

#endif
