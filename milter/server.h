/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_SERVER_H
#define MILTER_SERVER_H

/* The daemon from the first setting to the last message. */

#include <glib.h>
#include <stdbool.h>

#include "milter/snapshot.h"

/* Serves until SIGTERM or SIGINT; SIGUSR1 reads the file at `path` again, where
 * `snapshot` is from. To be called on the main thread before there is any
 * other. False when it could not start or libmilter failed. */
bool server_run(const char *path, Snapshot *snapshot, GError **error);

#endif
