/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_REPLAY_H
#define MILTER_REPLAY_H

/* Takes in again what waits in the spool. */

#include <glib.h>
#include <stdbool.h>

#include "milter/intake.h"
#include "spool/spool.h"

typedef struct Replay Replay;

/* Borrows both. */
Replay *replay_new(Intake *intake, Spool *spool);
void replay_free(Replay *replay);

/* Asked before each message, with which the round goes on unless it says
 * true. */
typedef bool ReplayIsStopping(void *data);

/* One round: as many messages as can be stored, the oldest first, and those
 * that could not be in the last round after all others. What never can be is
 * set aside and logged. The error is the first message's that has to wait. */
void replay_spool(Replay *replay, ReplayIsStopping *is_stopping, void *data,
	GError **error);

#endif
