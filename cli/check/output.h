/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_OUTPUT_H
#define CLI_CHECK_OUTPUT_H

/* What the checks say, on stdout. */

#include <glib.h>

typedef enum {
	CHECK_OK,
	CHECK_WARNING,
	CHECK_BAD,
} CheckLevel;

typedef struct {
	CheckLevel worst;
} CheckOutput;

/* Prints a finding: one line that says what is so and what to do. */
void check_output_say(CheckOutput *output, CheckLevel level, const char *format,
	...) G_GNUC_PRINTF(3, 4);

/* Prints what to do on a line of its own below. */
void check_output_advise(const char *text);

#endif
