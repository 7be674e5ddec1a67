/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gate.h"

void gate_init(Gate *gate, int places)
{
	g_mutex_init(&gate->mutex);
	g_cond_init(&gate->cond);
	gate->free = places;
	gate->inside = 0;
	gate->closed = false;
}

void gate_clear(Gate *gate)
{
	g_mutex_clear(&gate->mutex);
	g_cond_clear(&gate->cond);
}

bool gate_enter(Gate *gate, int64_t deadline)
{
	bool entered;

	g_mutex_lock(&gate->mutex);
	while (gate->free == 0 && !gate->closed &&
		g_cond_wait_until(&gate->cond, &gate->mutex, deadline))
		continue;
	entered = gate->free > 0 && !gate->closed;
	if (entered) {
		gate->free--;
		gate->inside++;
	}
	g_mutex_unlock(&gate->mutex);
	return entered;
}

void gate_leave(Gate *gate)
{
	g_mutex_lock(&gate->mutex);
	gate->free++;
	gate->inside--;
	g_cond_broadcast(&gate->cond);
	g_mutex_unlock(&gate->mutex);
}

bool gate_is_empty(Gate *gate)
{
	return gate_wait_empty(gate, 0);
}

void gate_close(Gate *gate)
{
	g_mutex_lock(&gate->mutex);
	gate->closed = true;
	g_cond_broadcast(&gate->cond);
	g_mutex_unlock(&gate->mutex);
}

bool gate_wait_empty(Gate *gate, int64_t deadline)
{
	bool empty;

	g_mutex_lock(&gate->mutex);
	while (gate->inside > 0 &&
		g_cond_wait_until(&gate->cond, &gate->mutex, deadline))
		continue;
	empty = gate->inside == 0;
	g_mutex_unlock(&gate->mutex);
	return empty;
}
