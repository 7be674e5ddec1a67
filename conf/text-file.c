/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/text-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/settings.h"

G_GNUC_PRINTF(3, 4)
static bool fail(GError **error, const char *path, const char *format, ...)
{
	g_autofree char *reason = NULL;
	va_list arguments;

	va_start(arguments, format);
	reason = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE,
		"%s: cannot be read: %s", path, reason);
	return false;
}

/* Before opening, because opening a FIFO blocks and a device never ends. */
static bool check_status(const char *path, size_t limit, GError **error)
{
	GStatBuf status;

	if (g_stat(path, &status) != 0)
		return fail(error, path, "%s", g_strerror(errno));
	if (!S_ISREG(status.st_mode))
		return fail(error, path, "it is not a regular file");
	if ((uintmax_t)status.st_size > limit)
		return fail(error, path, "it is over %zu bytes long", limit);
	return true;
}

char *text_file_read(const char *path, size_t limit, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) failure = NULL;
	size_t size;

	if (!check_status(path, limit, error))
		return NULL;
	if (!g_file_get_contents(path, &text, &size, &failure)) {
		fail(error, path, "%s", failure->message);
		return NULL;
	}
	if (memchr(text, '\0', size)) {
		fail(error, path, "it contains a NUL byte");
		return NULL;
	}
	return g_steal_pointer(&text);
}
