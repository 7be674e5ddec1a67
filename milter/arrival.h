/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_ARRIVAL_H
#define MILTER_ARRIVAL_H

/* One message on its way, from the MTA or from the spool, and what is logged
 * of it, and counted. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milter/snapshot.h"
#include "milter/verdict.h"
#include "parser/report.h"
#include "spool/spool.h"
#include "trust/signers.h"

/* `signers` is NULL until it is known who signed, and `failure` until something
 * keeps the message from being stored now: both are owned, all else is
 * borrowed. `data` is NULL when the message was too big. No step begins after
 * `deadline`, in the time of g_get_monotonic_time(). */
typedef struct {
	const Snapshot *snapshot;
	const uint8_t *data;
	size_t size;
	SpoolEnvelope envelope;
	Signers *signers;
	gint64 started;
	gint64 deadline;
	GError *failure;
} Arrival;

void arrival_clear(Arrival *arrival);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arrival, arrival_clear)

/* Takes over who signed the message, also for its envelope. */
void arrival_set_signers(Arrival *arrival, Signers *signers);

/* Remembers why it cannot be stored now, and takes the error. */
Outcome arrival_fail(Arrival *arrival, GError *error);

/* One line for a report that was stored, or there already; `auth_domain` is ""
 * for an unauthenticated one. */
void arrival_log_report(const Arrival *arrival, Outcome outcome,
	const Report *report, const char *auth_domain);

/* One line for what was not. The text of `why` may quote what a sender wrote,
 * escaped as the parser and the store do it. */
void arrival_log_problem(const Arrival *arrival, Outcome outcome,
	const char *part, const GError *why);

/* One line for a message in which nothing was found. */
void arrival_log_empty(const Arrival *arrival);

#endif
