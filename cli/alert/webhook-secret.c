/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/webhook-secret.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/text-file.h"

enum {
	SECRET_MIN = 16,
	SECRET_MAX = 1024,
};

static bool is_secret(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		if (!g_ascii_isgraph(text[i]))
			return false;
	}
	return length >= SECRET_MIN && length <= SECRET_MAX;
}

static char *fail(const char *path, const char *message, GError **error)
{
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
		"alert_webhook_secret_file: %s: %s", path, message);
	return NULL;
}

char *webhook_secret_read(const char *path, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *text = NULL;
	struct stat status;

	if (*path == '\0')
		return g_strdup("");
	if (stat(path, &status) != 0)
		return fail(path, g_strerror(errno), error);
	if ((status.st_mode & S_IRWXO) != 0)
		return fail(path, "everyone may read or change it: chmod o= it",
			error);
	text = text_file_read(path, SECRET_MAX + 2, &problem);
	if (text == NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
			"alert_webhook_secret_file: %s", problem->message);
		return NULL;
	}
	if (!is_secret(g_strchomp(text)))
		return fail(path,
			"must be one line of 16 to 1024 printable ASCII "
			"characters without blanks: for a new one, run "
			"openssl rand -hex 32",
			error);
	return g_steal_pointer(&text);
}
