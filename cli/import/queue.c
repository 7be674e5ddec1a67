/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/queue.h"

struct ImportQueue {
	GMutex mutex;
	GCond cond;
	/* Of Input; those before `next` are taken and no longer here. */
	GPtrArray *inputs;
	guint next;
	guint active;
	/* Those that others stand for now. */
	guint replaced;
	/* Threads that take inputs, or still store what they took. */
	guint takers;
	bool stopped;
};

ImportQueue *import_queue_new(GPtrArray *inputs)
{
	ImportQueue *queue = g_new0(ImportQueue, 1);

	g_mutex_init(&queue->mutex);
	g_cond_init(&queue->cond);
	queue->inputs = inputs;
	return queue;
}

void import_queue_free(ImportQueue *queue)
{
	if (queue == NULL)
		return;
	for (guint i = queue->next; i < queue->inputs->len; i++)
		input_free(queue->inputs->pdata[i]);
	g_ptr_array_unref(queue->inputs);
	g_mutex_clear(&queue->mutex);
	g_cond_clear(&queue->cond);
	g_free(queue);
}

static bool is_empty(const ImportQueue *queue)
{
	return queue->stopped || queue->next == queue->inputs->len;
}

void import_queue_join(ImportQueue *queue)
{
	g_mutex_lock(&queue->mutex);
	queue->takers++;
	g_mutex_unlock(&queue->mutex);
}

void import_queue_leave(ImportQueue *queue)
{
	g_mutex_lock(&queue->mutex);
	queue->takers--;
	g_mutex_unlock(&queue->mutex);
}

Input *import_queue_take(ImportQueue *queue)
{
	Input *input = NULL;

	g_mutex_lock(&queue->mutex);
	while (is_empty(queue) && queue->active > 0)
		g_cond_wait(&queue->cond, &queue->mutex);
	if (!is_empty(queue)) {
		input = queue->inputs->pdata[queue->next++];
		queue->active++;
	}
	g_mutex_unlock(&queue->mutex);
	return input;
}

void import_queue_done(ImportQueue *queue)
{
	g_mutex_lock(&queue->mutex);
	queue->active--;
	g_cond_broadcast(&queue->cond);
	g_mutex_unlock(&queue->mutex);
}

void import_queue_replace(ImportQueue *queue, GPtrArray *inputs)
{
	g_mutex_lock(&queue->mutex);
	for (guint i = 0; i < inputs->len; i++)
		g_ptr_array_add(queue->inputs, inputs->pdata[i]);
	queue->replaced++;
	g_cond_broadcast(&queue->cond);
	g_mutex_unlock(&queue->mutex);
	g_ptr_array_set_size(inputs, 0);
}

void import_queue_stop(ImportQueue *queue)
{
	g_mutex_lock(&queue->mutex);
	queue->stopped = true;
	g_cond_broadcast(&queue->cond);
	g_mutex_unlock(&queue->mutex);
}

bool import_queue_is_running(ImportQueue *queue, size_t *done, size_t *total)
{
	guint left;
	bool running;

	g_mutex_lock(&queue->mutex);
	left = queue->inputs->len - queue->next + queue->active;
	*total = queue->inputs->len - queue->replaced;
	*done = *total - MIN(left, *total);
	running = queue->takers > 0;
	g_mutex_unlock(&queue->mutex);
	return running;
}
