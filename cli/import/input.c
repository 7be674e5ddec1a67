/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/input.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/import/kind.h"
#include "cli/import/source.h"

enum {
	/* Directories within directories. */
	DEPTH_MAX = 64,
	/* Lines before the first message of an mbox. */
	SKIPPED_MAX = 100,
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

static bool is_empty_line(const char *line, const char *next)
{
	return *line == '\n' || (*line == '\r' && next == line + 2);
}

/* Whether `line` ends before `end` and begins a field, such as "Subject:". */
static bool begins_field(const char *line, const char *end)
{
	const char *at = line;

	while (at < end && (g_ascii_isalnum(*at) || *at == '-' || *at == '_'))
		at++;
	return at > line && at < end && *at == ':';
}

/* A time of day, such as 10:00, is in every date of a separator. */
static bool has_time(const char *line, size_t length)
{
	for (size_t i = 1; i + 2 < length; i++) {
		if (line[i] == ':' && g_ascii_isdigit(line[i - 1]) &&
			g_ascii_isdigit(line[i + 1]) &&
			g_ascii_isdigit(line[i + 2]))
			return true;
	}
	return false;
}

static bool has_any(const char *line, size_t length, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (g_strstr_len(line, (gssize)length, *words) != NULL)
			return true;
	}
	return false;
}

/* As ctime() writes it, or a mail. */
static bool has_date(const char *line, size_t length)
{
	static const char *const days[] = {
		" Mon", " Tue", " Wed", " Thu", " Fri", " Sat", " Sun", NULL};
	static const char *const months[] = {" Jan ", " Feb ", " Mar ", " Apr ",
		" May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ",
		" Dec ", NULL};

	return has_time(line, length) && has_any(line, length, days) &&
	       has_any(line, length, months);
}

/* A sender alone, or one with an address. */
static bool has_sender(const char *line, size_t length)
{
	const char *sender = line + strlen(separator);
	size_t size = strcspn(sender, " \r\n");

	return sender + size + 2 >= line + length ||
	       memchr(sender, '@', size) != NULL;
}

/* A separator is told by its form, because not every program marks lines of
 * text that begin with "From ", or writes an empty line before a separator. A
 * header comes after it. */
static bool is_separator(
	const char *line, const char *next, const char *end, bool after_empty)
{
	size_t length = (size_t)(next - line);

	if (!begins_message(line, length) || line[length - 1] != '\n' ||
		!begins_field(next, end))
		return false;
	return has_date(line, length) ||
	       (after_empty &&
		       (has_time(line, length) || has_sender(line, length)));
}

/* One that needs no empty line before it. */
static bool is_dated_separator(const char *line, const char *end)
{
	const char *next = find_line_end(line, end);
	size_t length = (size_t)(next - line);

	return begins_message(line, length) && has_date(line, length) &&
	       begins_field(next, end);
}

/* Content-Length is of no use: programs that change a mail leave it as it
 * was. */
static const char *find_message_end(const char *text, const char *end)
{
	bool is_empty = false;

	while (text < end) {
		const char *next = find_line_end(text, end);

		if (is_separator(text, next, end, is_empty))
			break;
		is_empty = is_empty_line(text, next);
		text = next;
	}
	return text;
}

/* Our own reader, because GMime's takes every message apart, and before the
 * limits of the parser have been looked at. `text` is the first separator. */
static void split_mbox(const Input *input, GBytes *content, const char *text,
	GPtrArray *messages)
{
	gsize size;
	const char *data = g_bytes_get_data(content, &size);
	const char *end = data + size;

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

/* The first separator of an mbox, or NULL. Before it may be lines that are no
 * beginning of a message or report. */
static const char *find_mbox(GBytes *content, size_t *skipped)
{
	gsize size;
	const char *data = g_bytes_get_data(content, &size);
	const char *end = data + size;
	const char *line = data;

	if (size > 0 && begins_message(data, size))
		return data;
	for (size_t i = 1; line < end && i <= SKIPPED_MAX; i++) {
		const char *next = find_line_end(line, end);

		if (begins_field(line, next) || *line == '{' || *line == '[')
			return NULL;
		line = next;
		if (is_dated_separator(line, end)) {
			*skipped = i;
			return line;
		}
	}
	return NULL;
}

static GBytes *read_content(
	const Input *input, size_t limit, InputFacts *facts, GError **error)
{
	g_autoptr(GBytes) content =
		source_read(input->path, limit, separator, error);
	GBytes *emlx = content != NULL ? kind_take_emlx(content) : NULL;
	const Kind *unread = content != NULL ? kind_find_unread(content) : NULL;

	if (content != NULL)
		facts->kind = emlx != NULL ? "emlx" : "message or report";
	if (emlx != NULL)
		return emlx;
	if (unread == NULL)
		return g_steal_pointer(&content);
	facts->kind = unread->words;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s",
		unread->words, unread->hint);
	return NULL;
}

GBytes *input_read(const Input *input, size_t limit, GPtrArray *messages,
	InputFacts *facts, GError **error)
{
	InputFacts ignored = {0};
	g_autoptr(GBytes) content = NULL;
	const char *first;

	facts = facts != NULL ? facts : &ignored;
	*facts = (InputFacts){0};
	if (input->content != NULL)
		return g_bytes_ref(input->content);
	content = read_content(input, limit, facts, error);
	if (content == NULL)
		return NULL;
	first = find_mbox(content, &facts->skipped);
	if (first == NULL)
		return g_steal_pointer(&content);
	facts->kind = "mbox";
	split_mbox(input, content, first, messages);
	return NULL;
}
