/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_COLLECTOR_H
#define MILTER_COLLECTOR_H

/* Takes in what tlsrpt-https has put into its spool, in a thread of its own,
 * one message at a time: mail goes first. */

#include <glib.h>
#include <stdbool.h>

#include "milter/intake.h"
#include "spool/spool.h"

typedef struct Collector Collector;

/* Starts the thread, which also tells tlsrpt-https how much it may take;
 * borrows both until collector_stop(). */
Collector *collector_start(Intake *intake, Spool *spool);

/* Waits until the message in hand is taken in, or until the deadline in the
 * time of g_get_monotonic_time(): false, and what it borrows must live on. NULL
 * is fine. */
bool collector_stop(Collector *collector, gint64 deadline);

#endif
