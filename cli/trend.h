/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TREND_H
#define CLI_TREND_H

/* Draws a few numbers as high as a line of text. */

#include <stdbool.h>

/* One character for each element of a JSON array of numbers from 0 on and
 * null, as high as the number is beside the greatest; only a 0 is the lowest,
 * and null is a dot or hyphen. The caller frees it. */
char *trend_write(const char *series, bool utf8);

#endif
