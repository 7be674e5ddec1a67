/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static const char ident[] = "tlsrpt-milter";

static struct {
	int level;
	bool to_stderr;
	bool to_journal;
} state = {LOG_INFO, true, false};

/* A character device that is no terminal is /dev/null. */
static bool is_stderr_read(void)
{
	struct stat status;

	if (fstat(STDERR_FILENO, &status) != 0)
		return false;
	return !S_ISCHR(status.st_mode) || isatty(STDERR_FILENO);
}

/* systemd names the device and inode of its stream (sd-daemon(3)). */
static bool is_stderr_journal(void)
{
	const char *stream = g_getenv("JOURNAL_STREAM");
	g_autofree char *own = NULL;
	struct stat status;

	if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
		return false;
	own = g_strdup_printf("%lu:%lu", (unsigned long)status.st_dev,
		(unsigned long)status.st_ino);
	return g_str_equal(stream, own);
}

void log_open(int level, int facility)
{
	state.level = level;
	state.to_stderr = is_stderr_read();
	state.to_journal = is_stderr_journal();
	if (!state.to_stderr)
		openlog(ident, LOG_PID | LOG_NDELAY, facility);
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (priority > state.level)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (!state.to_stderr)
		syslog(priority, "%s", text);
	else if (state.to_journal)
		fprintf(stderr, "<%d>%s\n", priority, text);
	else
		fprintf(stderr, "%s[%d]: %s\n", ident, (int)getpid(), text);
}
