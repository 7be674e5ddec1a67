/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_UPKEEP_H
#define MILTER_UPKEEP_H

/* The maintenance thread: roll-ups and partitions, every
 * maintenance_interval seconds; and the watchdog's sign of life. */

#include <glib.h>

#include "sql/store.h"

typedef struct Upkeep Upkeep;

/* Starts the thread; borrows the store until upkeep_stop(), which waits for
 * the round in progress. */
Upkeep *upkeep_start(Store *store);
void upkeep_stop(Upkeep *upkeep);

#endif
