/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SPOOL_PLACE_H
#define TESTS_SPOOL_PLACE_H

/* A spool in a directory of its own. */

#include <stdint.h>

#include "spool/spool.h"

enum {
	/* More than all that a test adds, in bytes. */
	PLACE_PLENTY = 1 << 20,
};

/* A message with all that is hard to keep. */
static const uint8_t place_bytes[] =
	"Subject: \xff\r\n\r\n\0 --\n\n[envelope]\n";

/* Before and after a test, whose state is the path. */
int place_make(void **state);
int place_remove(void **state);

void place_add(Spool *spool, const char *queue_id);

/* The queue ids of all files in order, each with a blank behind it and "!"
 * before those set aside. */
void place_check_list(Spool *spool, const char *wanted);

/* The first of what spool_list() gives, which becomes the caller's. */
SpoolEntry *place_first(Spool *spool, GPtrArray **entries);

#endif
