/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_INTAKE_H
#define MILTER_INTAKE_H

/* Takes in a complete message: reads its reports, stores them, says what
 * became of it. */

#include <glib.h>
#include <stdbool.h>

#include "milter/message.h"
#include "milter/verdict.h"
#include "spool/spool.h"
#include "sql/store.h"

typedef struct Intake Intake;

/* Borrows the store, and the spool, which is NULL where there is none. At most
 * `connections` messages are taken in at once, and as many are parsed at once
 * as there are processors: more wait, up to message_timeout, and are then
 * answered with OUTCOME_UNAVAILABLE. */
Intake *intake_new(Store *store, Spool *spool, int connections);
void intake_free(Intake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

/* Stores every report of the message, or puts it into quarantine, before it
 * returns; logs one line for each. When the database is away the message goes
 * into the spool, as the settings say. `queue_id` is the MTA's name for the
 * message, NULL when unknown. Safe in several threads. */
Outcome intake_message(
	Intake *intake, const Message *message, const char *queue_id);

/* Whether a message is being taken in. */
bool intake_is_busy(Intake *intake);

/* As intake_message(), for a message of a spool. False when it must stay there,
 * with an error of which reason_is_final() says whether trying again is
 * useless. */
bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error);

#endif
