/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_CHILD_H
#define CLI_ALERT_CHILD_H

/* Runs another program that is given something to read. */

#include <glib.h>
#include <stdbool.h>

/* Runs the program of the absolute path argv[0], without a shell, in a process
 * group of its own, and writes `input` to it, which it need not read. True when
 * it has ended with status 0 within so many seconds; what it left running stays
 * so. Else the group is killed, and G_SPAWN_ERROR_FAILED says how it ended,
 * with the first line that it wrote on stderr: what a program says is hostile,
 * and longer than 4 KiB is not kept. SIGPIPE must be ignored; the program gets
 * all signals as they are by default. */
bool child_run(const char *const *argv, const char *input, unsigned seconds,
	GError **error);

#endif
