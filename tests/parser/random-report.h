/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_PARSER_RANDOM_REPORT_H
#define TESTS_PARSER_RANDOM_REPORT_H

/* Reports with anything in them that a reporter may send, from a seed. */

#include <jansson.h>
#include <stdint.h>

void random_report_start(uint32_t seed);
void random_report_stop(void);

/* From 0 to `sides` - 1. */
int random_report_roll(int sides);

/* A report, and what an unknown member may hold,
 * nested `depth` deep at most, for the caller to release. */
json_t *random_report_make(void);
json_t *random_report_value(int depth);

#endif
