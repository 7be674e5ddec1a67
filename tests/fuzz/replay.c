/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a fuzz target once over every file below the directories named by the
 * environment variable CORPUS (separated by ':'), as a test in TAP. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

static int replay_file(const char *path)
{
	char *text;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, NULL))
		return 0;
	LLVMFuzzerTestOneInput((const uint8_t *)text, size);
	g_free(text);
	return 1;
}

static int replay_directory(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	int count = 0;

	while (directory != NULL &&
		(name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		if (g_file_test(child, G_FILE_TEST_IS_DIR))
			count += replay_directory(child);
		else
			count += replay_file(child);
	}
	return count;
}

int main(void)
{
	const char *corpus = g_getenv("CORPUS");
	g_auto(GStrv) paths = g_strsplit(corpus != NULL ? corpus : "", ":", -1);
	int count = 0;

	for (char **path = paths; *path != NULL; path++)
		count += replay_directory(*path);
	printf("1..1\n%s 1 - %d files\n", count > 0 ? "ok" : "not ok", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
