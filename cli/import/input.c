/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/input.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/import/source.h"

enum {
	/* Directories within directories. */
	DEPTH_MAX = 64,
};

/* RFC 4155. */
static const char separator[] = "From ";

void input_free(Input *input)
{
	if (input == NULL)
		return;
	if (input->name != input->path)
		g_free(input->name);
	g_free(input->path);
	g_clear_pointer(&input->content, g_bytes_unref);
	g_free(input);
}

static void add(GPtrArray *inputs, const char *path)
{
	Input *input = g_new0(Input, 1);

	input->path = g_strdup(path);
	input->name = input->path;
	g_ptr_array_add(inputs, input);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *list_names(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	GPtrArray *names;
	const char *name;

	if (directory == NULL)
		return NULL;
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(directory)) != NULL)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* A link to a directory is neither file nor directory, as it may lead back.
 * What cannot be looked at is taken for a file. */
static mode_t get_kind(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return S_IFREG;
	if (!S_ISLNK(status.st_mode))
		return status.st_mode & S_IFMT;
	if (stat(path, &status) != 0)
		return S_IFREG;
	return S_ISDIR(status.st_mode) ? S_IFLNK : status.st_mode & S_IFMT;
}

static bool has_directory(const char *path, const char *name)
{
	g_autofree char *below = g_build_filename(path, name, NULL);

	return get_kind(below) == S_IFDIR;
}

static void list_directory(GPtrArray *inputs, const char *path, int depth);

/* A Maildir's files are indexes, and what is in its tmp/ is not there yet; its
 * folders are hidden directories. */
static void list_entry(
	GPtrArray *inputs, const char *path, bool is_maildir, int depth)
{
	g_autofree char *name = g_path_get_basename(path);
	mode_t kind = get_kind(path);

	if (kind == S_IFDIR) {
		if (!is_maildir || strcmp(name, "tmp") != 0)
			list_directory(inputs, path, depth + 1);
	} else if (kind == S_IFREG && !is_maildir && *name != '.') {
		add(inputs, path);
	}
}

static void list_directory(GPtrArray *inputs, const char *path, int depth)
{
	g_autoptr(GPtrArray) names = list_names(path);
	bool is_maildir =
		has_directory(path, "cur") && has_directory(path, "new");

	if (names == NULL || depth > DEPTH_MAX) {
		add(inputs, path);
		return;
	}
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *below =
			g_build_filename(path, names->pdata[i], NULL);

		list_entry(inputs, below, is_maildir, depth);
	}
}

void input_list(GPtrArray *inputs, const char *path)
{
	if (strcmp(path, "-") != 0 && g_file_test(path, G_FILE_TEST_IS_DIR))
		list_directory(inputs, path, 0);
	else
		add(inputs, path);
}

static bool begins_message(const char *text, size_t size)
{
	return size >= strlen(separator) &&
	       memcmp(text, separator, strlen(separator)) == 0;
}

static const char *find_line_end(const char *text, const char *end)
{
	const char *found = memchr(text, '\n', (size_t)(end - text));

	return found != NULL ? found + 1 : end;
}

/* A separator counts behind an empty line only. */
static const char *find_message_end(const char *text, const char *end)
{
	bool is_empty = false;

	while (text < end) {
		const char *next = find_line_end(text, end);

		if (is_empty && begins_message(text, (size_t)(end - text)))
			break;
		is_empty = *text == '\n' || (*text == '\r' && next == text + 2);
		text = next;
	}
	return text;
}

/* Our own reader, because GMime's takes every message apart, and before the
 * limits of the parser have been looked at. */
static void split_mbox(const Input *input, GBytes *content, GPtrArray *messages)
{
	gsize size;
	const char *data = g_bytes_get_data(content, &size);
	const char *end = data + size;
	const char *text = data;

	for (size_t number = 1; text < end; number++) {
		const char *begin = find_line_end(text, end);
		Input *message = g_new0(Input, 1);

		text = find_message_end(begin, end);
		message->path = g_strdup(input->path);
		message->name =
			g_strdup_printf("%s: message %zu", input->path, number);
		message->content = g_bytes_new_from_bytes(
			content, (gsize)(begin - data), (gsize)(text - begin));
		g_ptr_array_add(messages, message);
	}
}

static bool is_mbox(GBytes *content)
{
	gsize size;
	const char *data = g_bytes_get_data(content, &size);

	return begins_message(data, size);
}

GBytes *input_read(
	const Input *input, size_t limit, GPtrArray *messages, GError **error)
{
	g_autoptr(GBytes) content = NULL;

	if (input->content != NULL)
		return g_bytes_ref(input->content);
	content = source_read(input->path, limit, separator, error);
	if (content == NULL || !is_mbox(content))
		return g_steal_pointer(&content);
	split_mbox(input, content, messages);
	return NULL;
}
