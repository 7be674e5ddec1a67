/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_QUEUE_H
#define CLI_IMPORT_QUEUE_H

/* Hands inputs to several threads, and knows how far they have come. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/import/input.h"

typedef struct ImportQueue ImportQueue;

/* Takes an array of Input. */
ImportQueue *import_queue_new(GPtrArray *inputs);
void import_queue_free(ImportQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportQueue, import_queue_free)

/* Around all that a thread does with the queue and what is in it. */
void import_queue_join(ImportQueue *queue);
void import_queue_leave(ImportQueue *queue);

/* The next one, for the caller to free and then to call import_queue_done();
 * waits while others may still add some. NULL when there is nothing left, or
 * the queue was stopped. */
Input *import_queue_take(ImportQueue *queue);
void import_queue_done(ImportQueue *queue);

/* Moves the elements of an array of Input to the queue, for one that was taken
 * and will not be counted. */
void import_queue_replace(ImportQueue *queue, GPtrArray *inputs);

/* Lets nobody take any more. */
void import_queue_stop(ImportQueue *queue);

/* How many are done of how many; whether a thread has not left yet. */
bool import_queue_is_running(ImportQueue *queue, size_t *done, size_t *total);

#endif
