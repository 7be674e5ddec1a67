/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/progress.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum {
	MIN_FILES = 100,
	INTERVAL = G_USEC_PER_SEC / 5,
};

/* When the line was shown last, in microseconds of elapsed time. */
static int64_t shown_at;
static bool shown;

void progress_show(size_t done, size_t total, int64_t elapsed)
{
	double rate = (double)done * G_USEC_PER_SEC / (double)MAX(elapsed, 1);
	double left = rate > 0 ? (double)(total - done) / rate : 0;

	if (total <= MIN_FILES || elapsed - shown_at < INTERVAL ||
		isatty(STDERR_FILENO) == 0)
		return;
	fprintf(stderr, "\r%zu of %zu files, %.0f/s, %.0f s left\033[K", done,
		total, rate, left);
	fflush(stderr);
	shown = true;
	shown_at = elapsed;
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
