/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_WORKER_H
#define CLI_IMPORT_WORKER_H

/* A thread that reads inputs from a queue and stores their reports. */

#include <glib.h>
#include <stdbool.h>

#include "cli/import/batch.h"
#include "cli/import/queue.h"
#include "conf/settings.h"
#include "sql/store.h"

/* All borrowed. Without a store reports are only read. */
typedef struct {
	const Settings *settings;
	Store *store;
	/* Unauthenticated reports are stored in any case. */
	bool unauthenticated;
	/* What is refused is kept in quarantine. */
	bool quarantine;
} ImportTask;

typedef struct ImportWorker ImportWorker;

/* Borrows both until import_worker_finish(). */
ImportWorker *import_worker_start(const ImportTask *task, ImportQueue *queue);

/* Waits until the queue has nothing left for it, and adds to `sum` what became
 * of what it read. False with an error of sql/error.h when the database could
 * not be used; the worker has stopped the queue then. */
bool import_worker_finish(
	ImportWorker *worker, ImportCounts *sum, GError **error);

#endif
