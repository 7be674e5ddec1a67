/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/text-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/settings.h"

static bool fail(GError **error, const char *path, const char *reason)
{
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE,
		"%s: cannot be read: %s", path, reason);
	return false;
}

/* Before opening, because opening a FIFO blocks and a device never ends. */
static bool check_status(const char *path, size_t limit, GError **error)
{
	g_autofree char *too_large = NULL;
	GStatBuf status;

	if (g_stat(path, &status) != 0)
		return fail(error, path, g_strerror(errno));
	if (!S_ISREG(status.st_mode))
		return fail(error, path, "it is not a regular file");
	if ((uintmax_t)status.st_size <= limit)
		return true;
	too_large = g_strdup_printf("it is over %zu bytes long", limit);
	return fail(error, path, too_large);
}

char *text_file_read(const char *path, size_t limit, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) failure = NULL;
	size_t size;

	if (!check_status(path, limit, error))
		return NULL;
	if (!g_file_get_contents(path, &text, &size, &failure)) {
		fail(error, path, failure->message);
		return NULL;
	}
	if (memchr(text, '\0', size)) {
		fail(error, path, "it contains a NUL byte");
		return NULL;
	}
	return g_steal_pointer(&text);
}
