/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/html-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/html.h"

enum {
	DIRECTORY_MODE = 0777,
	FILE_MODE = 0666,
	/* The part of a page in which it says what it shares. */
	HEAD_LENGTH = 4096,
};

struct HtmlDirectory {
	char *path;
	/* Names of files in it that stay. */
	GHashTable *written;
};

static bool fail(const char *what, const char *path, GError **error)
{
	int problem = errno;

	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(problem),
		"%s %s: %s", what, path, g_strerror(problem));
	return false;
}

static bool write_bytes(HtmlDirectory *directory, const char *name,
	const char *bytes, size_t length, GError **error)
{
	g_autofree char *path = g_build_filename(directory->path, name, NULL);

	g_hash_table_add(directory->written, g_strdup(name));
	return g_file_set_contents_full(path, bytes, (gssize)length,
		G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, error);
}

static bool make_directory(const char *path, GError **error)
{
	return g_mkdir(path, DIRECTORY_MODE) == 0 || errno == EEXIST ||
	       fail("cannot make the directory", path, error);
}

/* As its name depends on what is in it, a file that is there is the same,
 * unless it was cut short. */
static bool write_parts(HtmlDirectory *directory, GError **error)
{
	for (HtmlPart part = 0; part < HTML_PART_COUNT; part++) {
		g_autoptr(GBytes) bytes = html_get_part(part);
		g_autofree char *name = html_make_path(part);

		if (!write_bytes(directory, name, g_bytes_get_data(bytes, NULL),
			    g_bytes_get_size(bytes), error))
			return false;
	}
	return true;
}

HtmlDirectory *html_directory_open(const char *path, GError **error)
{
	g_autoptr(HtmlDirectory) directory = g_new0(HtmlDirectory, 1);
	g_autofree char *assets = g_build_filename(path, "assets", NULL);

	directory->path = g_strdup(path);
	directory->written =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!make_directory(path, error) || !make_directory(assets, error) ||
		!write_parts(directory, error))
		return NULL;
	return g_steal_pointer(&directory);
}

void html_directory_free(HtmlDirectory *directory)
{
	if (directory == NULL)
		return;
	g_hash_table_unref(directory->written);
	g_free(directory->path);
	g_free(directory);
}

bool html_directory_write(HtmlDirectory *directory, const char *name,
	const char *text, GError **error)
{
	return write_bytes(directory, name, text, strlen(text), error);
}

/* Whether it is a page that shares script and style, as no other file does. */
static bool is_page(const char *path)
{
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char head[HEAD_LENGTH];
	ssize_t length = file >= 0 ? read(file, head, sizeof(head)) : 0;

	if (file >= 0)
		close(file);
	return length > 0 &&
	       g_strstr_len(head, length, "href=\"" HTML_PART_PREFIX) != NULL;
}

static bool is_part(const char *path)
{
	return strstr(path, "/" HTML_PART_PREFIX) != NULL;
}

/* Removes what the function knows and was not written, of the files of a
 * directory, "" or one with a slash at its end, that have such endings. */
static bool prune(HtmlDirectory *directory, const char *below,
	bool (*is_ours)(const char *path), GError **error)
{
	g_autofree char *path = g_build_filename(directory->path, below, NULL);
	g_autoptr(GDir) files = g_dir_open(path, 0, error);
	const char *name;

	while (files != NULL && (name = g_dir_read_name(files)) != NULL) {
		g_autofree char *own = g_strconcat(below, name, NULL);
		g_autofree char *whole =
			g_build_filename(directory->path, own, NULL);

		if (g_hash_table_contains(directory->written, own) ||
			!is_ours(whole))
			continue;
		if (unlink(whole) != 0 && errno != ENOENT)
			return fail("cannot remove", whole, error);
	}
	return files != NULL;
}

bool html_directory_prune(HtmlDirectory *directory, GError **error)
{
	return prune(directory, "", is_page, error) &&
	       prune(directory, "assets/", is_part, error);
}
