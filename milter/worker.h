/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_WORKER_H
#define MILTER_WORKER_H

/* A thread that works until it is told to stop, and that nobody waits for
 * longer than can be afforded. */

#include <glib.h>
#include <stdbool.h>

typedef struct Worker Worker;

/* Returns soon after worker_is_stopping() is true. */
typedef void WorkerRun(Worker *worker, void *data);

/* One that does not run yet; borrows the data. */
Worker *worker_new(WorkerRun *run, void *data);

/* Starts the thread. */
void worker_start(Worker *worker, const char *name);

/* For the thread itself: whether it is to end; the same after a wait until
 * then, in the time of g_get_monotonic_time(), which a stop cuts short. */
bool worker_is_stopping(Worker *worker);
bool worker_wait_until(Worker *worker, gint64 until);

/* Tells the thread to end, and waits for it until the deadline: true, and the
 * worker is freed; or false, and what it borrows must live on. */
bool worker_stop(Worker *worker, gint64 deadline);

#endif
