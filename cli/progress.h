/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

/* A line on a terminal's stderr that says how far long work has come. */

#include <stddef.h>
#include <stdint.h>

/* Shows how many of `total` things, which have that name, are done after so
 * many microseconds: several times a second on a terminal, as a line of its
 * own every ten seconds elsewhere. Does nothing where there are no more than
 * `few`. */
void progress_show(const char *things, size_t few, size_t done, size_t total,
	int64_t elapsed);

/* Takes the line away where there is one. */
void progress_clear(void);

/* Writes a line on stderr in its place. Safe in several threads. */
void progress_interrupt(const char *line);

#endif
