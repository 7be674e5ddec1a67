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

/* All borrowed but `failure`, which says why the message cannot be stored now,
 * with its `reason`. `data` is NULL when the message was too big. */
typedef struct {
	const Snapshot *snapshot;
	const uint8_t *data;
	size_t size;
	SpoolEnvelope envelope;
	const Signers *signers;
	gint64 started;
	const char *reason;
	GError *failure;
} Arrival;

/* Remembers why it cannot be stored now, and takes the error. */
Outcome arrival_fail(Arrival *arrival, const char *reason, GError *error);

/* One line for a report that was stored, or there already; `auth_domain` is ""
 * when nobody is known to have signed it. */
void arrival_log_report(const Arrival *arrival, Outcome outcome,
	const Report *report, const char *auth_domain);

/* One line for what was not. `text` may quote what a sender wrote, escaped as
 * the parser and the store do it. */
void arrival_log_problem(const Arrival *arrival, Outcome outcome,
	const char *reason, const char *part, const char *text);

#endif
