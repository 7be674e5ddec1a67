/* SPDX-License-Identifier: BSD-2-Clause */
#include "spool/spool-limits.h"

#include <errno.h>
#include <sys/stat.h>

#include "spool/spool.h"

#define NAME "limits"
#define GROUP "limits"
#define MESSAGE_SIZE "message-size"
#define SPOOL_SIZE "spool-size"

enum {
	MODE = 0644,
	DAY = 86400,
	WEEK = 7 * DAY,
};

/* Whether the file was written so many seconds ago, or less. */
static bool is_fresh(const char *path, int64_t seconds)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	       status.st_mtime >= g_get_real_time() / G_USEC_PER_SEC - seconds;
}

bool spool_limits_write(
	const char *directory, const SpoolLimits *limits, GError **error)
{
	g_autofree char *path = g_build_filename(directory, NAME, NULL);
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autofree char *text = NULL;
	g_autofree char *known = NULL;
	g_autoptr(GError) problem = NULL;

	g_key_file_set_uint64(keys, GROUP, MESSAGE_SIZE, limits->message_size);
	g_key_file_set_uint64(keys, GROUP, SPOOL_SIZE, limits->spool_size);
	text = g_key_file_to_data(keys, NULL, NULL);
	if (g_file_get_contents(path, &known, NULL, NULL) &&
		g_strcmp0(known, text) == 0 && is_fresh(path, DAY))
		return true;
	if (!g_file_set_contents(path, text, -1, &problem)) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s",
			problem->message);
		return false;
	}
	/* Whatever the umask is. */
	if (chmod(path, MODE) == 0)
		return true;
	g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s: %s", path,
		g_strerror(errno));
	return false;
}

bool spool_limits_read(
	const char *directory, SpoolLimits *limits, GError **error)
{
	g_autofree char *path = g_build_filename(directory, NAME, NULL);
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(GError) problem = NULL;
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, &problem)) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s",
			problem->message);
		return false;
	}
	if (!is_fresh(path, WEEK)) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM,
			"%s: is older than a week", path);
		return false;
	}
	if (g_key_file_load_from_data(
		    keys, text, (gsize)-1, G_KEY_FILE_NONE, &problem))
		limits->message_size = g_key_file_get_uint64(
			keys, GROUP, MESSAGE_SIZE, &problem);
	if (problem == NULL)
		limits->spool_size = g_key_file_get_uint64(
			keys, GROUP, SPOOL_SIZE, &problem);
	if (problem == NULL)
		return true;
	g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_DAMAGED, "%s: %s", path,
		problem->message);
	return false;
}
