/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ADVISE_OUTPUT_H
#define CLI_ADVISE_OUTPUT_H

/* Writes advice for people and for programs. The caller frees what is
 * returned. */

#include <glib.h>

#include "cli/text.h"

/* A line for each of an array of Advice, and below it what to do. */
char *advise_output_text(const GPtrArray *advices, const TextStyle *style);

/* An array of objects with the columns of v_rollout, and what was seen now. */
char *advise_output_json(const GPtrArray *advices);

#endif
