/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/postconf.h"

#include <glib.h>
#include <sys/wait.h>

char *postconf_run(const char *const *words)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	char *found = g_find_program_in_path("postconf");
	g_autofree char *text = NULL;
	int status;

	g_ptr_array_add(
		argv, found != NULL ? found : g_strdup("/usr/sbin/postconf"));
	for (; *words != NULL; words++)
		g_ptr_array_add(argv, g_strdup(*words));
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL,
		    G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL,
		    &status, NULL) ||
		!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return NULL;
	return g_steal_pointer(&text);
}
