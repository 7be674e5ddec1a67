/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/conf/settings-file.h"

#include <glib/gstdio.h>
#include <unistd.h>

Settings *settings_file_load(const char *text, GError **error)
{
	if (!g_file_set_contents("t.conf", text, -1, error))
		return NULL;
	return settings_load("t.conf", error);
}

int settings_file_enter(void **state)
{
	char *directory = g_dir_make_tmp("settings-XXXXXX", NULL);

	if (!directory || chdir(directory) != 0)
		return -1;
	g_setenv("TEST_DIR", directory, TRUE);
	g_unsetenv("NO_SUCH_VARIABLE");
	*state = directory;
	return g_file_set_contents("list", "x@y\n@z\n", -1, NULL) ? 0 : -1;
}

int settings_file_leave(void **state)
{
	g_autofree char *directory = *state;

	g_remove("list");
	g_remove("t.conf");
	return chdir("/") == 0 ? g_rmdir(directory) : -1;
}
