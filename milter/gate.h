/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_GATE_H
#define MILTER_GATE_H

/* Lets a bounded number of threads in at once. */

#include <glib.h>
#include <stdbool.h>

typedef struct {
	GMutex mutex;
	GCond cond;
	int free;
	int inside;
	bool closed;
} Gate;

void gate_init(Gate *gate, int places);
void gate_clear(Gate *gate);

/* Waits for a place until the deadline, in the time of g_get_monotonic_time();
 * false when there was none, or the gate is closed. Each true is followed by
 * one gate_leave(). */
bool gate_enter(Gate *gate, int64_t deadline);
void gate_leave(Gate *gate);

/* Whether nobody is inside. */
bool gate_is_empty(Gate *gate);

/* Lets nobody in from now on. */
void gate_close(Gate *gate);

/* Waits until nobody is inside, or until the deadline: false. */
bool gate_wait_empty(Gate *gate, int64_t deadline);

#endif
