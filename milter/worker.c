/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/worker.h"

struct Worker {
	GThread *thread;
	GMutex mutex;
	GCond cond;
	bool stopping;
	bool ended;
	WorkerRun *run;
	void *data;
};

static void *run(void *data)
{
	Worker *worker = data;

	worker->run(worker, worker->data);
	g_mutex_lock(&worker->mutex);
	worker->ended = true;
	g_cond_signal(&worker->cond);
	g_mutex_unlock(&worker->mutex);
	return NULL;
}

Worker *worker_new(WorkerRun *run_it, void *data)
{
	Worker *worker = g_new0(Worker, 1);

	g_mutex_init(&worker->mutex);
	g_cond_init(&worker->cond);
	worker->run = run_it;
	worker->data = data;
	return worker;
}

void worker_start(Worker *worker, const char *name)
{
	worker->thread = g_thread_new(name, run, worker);
}

bool worker_is_stopping(Worker *worker)
{
	return worker_wait_until(worker, 0);
}

bool worker_wait_until(Worker *worker, gint64 until)
{
	bool stopping;

	g_mutex_lock(&worker->mutex);
	while (!worker->stopping &&
		g_cond_wait_until(&worker->cond, &worker->mutex, until))
		continue;
	stopping = worker->stopping;
	g_mutex_unlock(&worker->mutex);
	return stopping;
}

bool worker_stop(Worker *worker, gint64 deadline)
{
	bool ended;

	g_mutex_lock(&worker->mutex);
	worker->stopping = true;
	g_cond_signal(&worker->cond);
	while (!worker->ended &&
		g_cond_wait_until(&worker->cond, &worker->mutex, deadline))
		continue;
	ended = worker->ended;
	g_mutex_unlock(&worker->mutex);
	if (!ended)
		return false;
	g_thread_join(worker->thread);
	g_mutex_clear(&worker->mutex);
	g_cond_clear(&worker->cond);
	g_free(worker);
	return true;
}
