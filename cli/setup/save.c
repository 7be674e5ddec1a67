/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/save.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/setup/error.h"
#include "cli/setup/step.h"
#include "conf/text-file.h"

enum {
	/* More than any of them has. */
	SIZE_MAX_READ = 1048576,
	DIRECTORY_MODE = 0755,
	FILE_MODE = 0644,
};

/* The names of the files, each once. */
static GPtrArray *list_files(const GPtrArray *steps)
{
	GPtrArray *files = g_ptr_array_new();

	for (guint i = 0; i < steps->len; i++) {
		const SetupStep *step = steps->pdata[i];

		if (step->file != NULL &&
			!g_ptr_array_find_with_equal_func(
				files, step->file, g_str_equal, NULL))
			g_ptr_array_add(files, step->file);
	}
	return files;
}

/* Whether nothing is lost when a file is written: it is not there, or the same.
 * A link counts as something else, wherever it goes. */
static bool may_write(const char *path, const char *content)
{
	struct stat status;
	g_autofree char *old = NULL;

	if (lstat(path, &status) != 0)
		return errno == ENOENT;
	if (!S_ISREG(status.st_mode))
		return false;
	old = text_file_read(path, SIZE_MAX_READ, NULL);
	return old != NULL && strcmp(old, content) == 0;
}

static bool check(const char *path, const char *content, GError **error)
{
	if (may_write(path, content))
		return true;
	g_set_error(error, SETUP_ERROR, SETUP_ERROR_FILE,
		"%s exists with other content, and nothing was written: "
		"--force overwrites it",
		path);
	return false;
}

static bool write_file(const char *path, const char *content, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (g_file_set_contents_full(path, content, -1,
		    G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, &problem))
		return true;
	g_set_error_literal(
		error, SETUP_ERROR, SETUP_ERROR_FILE, problem->message);
	return false;
}

static bool make_directory(const char *directory, GError **error)
{
	if (g_mkdir_with_parents(directory, DIRECTORY_MODE) == 0)
		return true;
	g_set_error(error, SETUP_ERROR, SETUP_ERROR_FILE, "%s: %s", directory,
		g_strerror(errno));
	return false;
}

char **setup_save(const GPtrArray *steps, const char *directory, bool force,
	GError **error)
{
	g_autoptr(GPtrArray) files = list_files(steps);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) contents = g_new0(char *, files->len + 1);

	for (guint i = 0; i < files->len; i++) {
		char *path = g_build_filename(directory, files->pdata[i], NULL);

		g_ptr_array_add(paths, path);
		contents[i] = setup_step_get_file(steps, files->pdata[i]);
		if (!force && !check(path, contents[i], error))
			return NULL;
	}
	if (!make_directory(directory, error))
		return NULL;
	for (guint i = 0; i < files->len; i++) {
		if (!write_file(paths->pdata[i], contents[i], error))
			return NULL;
	}
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_steal(paths, NULL);
}
