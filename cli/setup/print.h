/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_PRINT_H
#define CLI_SETUP_PRINT_H

/* Steps for people and for programs. */

#include <glib.h>

#include "cli/text.h"

/* One after the other, what is to be copied on lines of its own. The caller
 * frees it. */
char *setup_print_text(const GPtrArray *steps, const TextStyle *style);

/* An array of objects, which the caller frees. */
char *setup_print_json(const GPtrArray *steps);

#endif
