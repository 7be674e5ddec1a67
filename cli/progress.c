/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/progress.h"

#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	TERMINAL_INTERVAL = G_USEC_PER_SEC / 5,
	INTERVAL = 10 * G_USEC_PER_SEC,
};

static const char line_clear[] = "\r\033[K";
static GMutex mutex;
/* When the line was shown last, in microseconds of elapsed time. */
static int64_t shown_at;
static bool shown;

/* Whoever is ended in the middle leaves a clean line. */
static void on_end(int number)
{
	ssize_t written = write(STDERR_FILENO, line_clear, strlen(line_clear));

	(void)written;
	raise(number);
}

static void watch_end(int number)
{
	struct sigaction action = {
		.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND};
	struct sigaction now;

	if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		sigaction(number, &action, NULL);
}

/* The caller has the lock. */
static void clear(void)
{
	if (shown)
		fputs(line_clear, stderr);
	shown = false;
}

static void show(const char *text, bool is_terminal)
{
	g_mutex_lock(&mutex);
	clear();
	if (is_terminal) {
		watch_end(SIGINT);
		watch_end(SIGTERM);
	}
	fprintf(stderr, is_terminal ? "%s" : "%s\n", text);
	fflush(stderr);
	shown = is_terminal;
	g_mutex_unlock(&mutex);
}

/* As exact as a guess may be. */
static char *format_time(double seconds)
{
	int minutes = (int)(MIN(seconds, 1e8) / 60);

	if (minutes < 2)
		return g_strdup_printf("%.0f s", seconds);
	if (minutes < 120)
		return g_strdup_printf("%d min", minutes);
	return g_strdup_printf("%d h %d min", minutes / 60, minutes % 60);
}

void progress_show(const char *things, size_t few, size_t done, size_t total,
	int64_t elapsed)
{
	bool is_terminal = isatty(STDERR_FILENO) != 0;
	double rate = (double)done * G_USEC_PER_SEC / (double)MAX(elapsed, 1);
	g_autofree char *left = NULL;
	g_autofree char *text = NULL;

	if (total <= few ||
		elapsed - shown_at <
			(is_terminal ? TERMINAL_INTERVAL : INTERVAL))
		return;
	shown_at = elapsed;
	left = done > 0 ? format_time((double)(total - done) / rate)
			: g_strdup("some time");
	text = g_strdup_printf("%zu of %zu %s, %.0f/s, %s left", done, total,
		things, rate, left);
	show(text, is_terminal);
}

void progress_clear(void)
{
	g_mutex_lock(&mutex);
	clear();
	g_mutex_unlock(&mutex);
}

void progress_interrupt(const char *line)
{
	g_mutex_lock(&mutex);
	clear();
	fprintf(stderr, "%s\n", line);
	g_mutex_unlock(&mutex);
}
