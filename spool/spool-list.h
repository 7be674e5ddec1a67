/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_SPOOL_LIST_H
#define SPOOL_SPOOL_LIST_H

/* The files of a spool, as an array of SpoolEntry. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "spool/spool.h"

/* An empty one. The caller frees it. */
GPtrArray *spool_list_new(void);

/* Adds the files of the directory `place`, whose path is for messages: also
 * pipes and links, which nobody reads, so that they are set aside. */
bool spool_list_add(GPtrArray *entries, const char *path, int place,
	bool corrupt, GError **error);

/* Those of new/ first, the oldest first. */
void spool_list_sort(GPtrArray *entries);

/* All sizes together, each rounded up to blocks of so many bytes. */
uint64_t spool_list_sum(const GPtrArray *entries, uint64_t block);

#endif
