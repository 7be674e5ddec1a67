/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

static const char ident[] = "tlsrpt-milter";

typedef enum {
	TO_STDERR,
	TO_JOURNAL,
	TO_SYSLOG,
} Destination;

/* Set before there are other threads, but for the level. */
static Destination destination = TO_STDERR;
static int least_urgent = LOG_INFO;

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
	if (is_stderr_journal())
		destination = TO_JOURNAL;
	else if (is_stderr_read())
		destination = TO_STDERR;
	else
		destination = TO_SYSLOG;
	if (destination == TO_SYSLOG)
		openlog(ident, LOG_PID | LOG_NDELAY, facility);
	log_set_level(level);
}

void log_set_level(int level)
{
	g_atomic_int_set(&least_urgent, level);
}

/* One line, whatever stands in the names of files and in the texts of
 * libraries. */
static void keep_one_line(char *text)
{
	for (char *c = text; *c != '\0'; c++) {
		if (g_ascii_iscntrl(*c))
			*c = '?';
	}
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (priority > g_atomic_int_get(&least_urgent))
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	keep_one_line(text);
	if (destination == TO_SYSLOG)
		syslog(priority, "%s", text);
	else if (destination == TO_JOURNAL)
		fprintf(stderr, "<%d>%s\n", priority, text);
	else
		fprintf(stderr, "%s[%d]: %s\n", ident, (int)getpid(), text);
}
