/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SIDE_BY_SIDE_H
#define CLI_SIDE_BY_SIDE_H

/* Many things at the same time, in as many threads as can be had. */

#include <glib.h>

/* Calls work(item, user) for each item, in up to `most` threads, this one among
 * them, and returns when all are done. Where a thread cannot be started, which
 * is said on stderr, the others do its part. */
void side_by_side_run(
	GFunc work, const GPtrArray *items, guint most, void *user);

#endif
