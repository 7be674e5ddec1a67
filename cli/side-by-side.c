/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/side-by-side.h"

#include "cli/command.h"

typedef struct {
	GFunc work;
	const GPtrArray *items;
	void *user;
	gint next;
} Jobs;

static void *take_some(void *data)
{
	Jobs *jobs = data;
	guint i;

	while ((i = (guint)g_atomic_int_add(&jobs->next, 1)) < jobs->items->len)
		jobs->work(jobs->items->pdata[i], jobs->user);
	return NULL;
}

static void join(void *thread)
{
	g_thread_join(thread);
}

void side_by_side_run(
	GFunc work, const GPtrArray *items, guint most, void *user)
{
	Jobs jobs = {.work = work, .items = items, .user = user};
	g_autoptr(GPtrArray) threads = g_ptr_array_new_with_free_func(join);

	for (guint i = 1; i < MIN(most, items->len); i++) {
		g_autoptr(GError) error = NULL;
		GThread *thread = g_thread_try_new(
			"side-by-side", take_some, &jobs, &error);

		if (thread == NULL) {
			command_complain("%u of %u threads can be started: %s",
				i, MIN(most, items->len), error->message);
			break;
		}
		g_ptr_array_add(threads, thread);
	}
	take_some(&jobs);
}
