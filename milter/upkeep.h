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

/* Starts the thread; borrows all three until upkeep_stop(), which waits for
 * the message in hand. `spool` may be NULL. */
Upkeep *upkeep_start(Store *store, Intake *intake, Spool *spool);
void upkeep_stop(Upkeep *upkeep);

#endif
