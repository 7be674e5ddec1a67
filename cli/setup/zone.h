/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_ZONE_H
#define CLI_SETUP_ZONE_H

/* Records as a zone file has them (RFC 1035 section 5.1). */

#include "cli/setup/step.h"

/* A line for each record of a step, whose names are good. Whatever a text
 * contains, it stays one line. The caller frees it. */
char *setup_zone_write(const GPtrArray *records);

#endif
