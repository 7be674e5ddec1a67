/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_UPKEEP_H
#define MILTER_UPKEEP_H

/* The maintenance thread: roll-ups and partitions, every
 * maintenance_interval seconds, and then what waits in the spool; metrics_file
 * and the watchdog's sign of life. */

#include <glib.h>

#include "milter/intake.h"
#include "spool/spool.h"
#include "sql/store.h"

typedef struct Upkeep Upkeep;

/* Starts the thread; borrows all until upkeep_stop(). Each spool may be NULL;
 * of `https_spool` the metrics tell. */
Upkeep *upkeep_start(
	Store *store, Intake *intake, Spool *spool, Spool *https_spool);

/* Waits until the thread has finished the statement or message in hand, or
 * until the deadline in the time of g_get_monotonic_time(): false, and what it
 * borrows must live on. */
bool upkeep_stop(Upkeep *upkeep, gint64 deadline);

#endif
