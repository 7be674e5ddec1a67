/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/input.h"

#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

enum {
	LIMIT = 1000,
	MESSAGES_MAX = 4,
};

static char *directory;

/* An mbox and what its messages are. */
static const struct {
	const char *text;
	const char *messages[MESSAGES_MAX];
} mailboxes[] = {
	{"From a@b Mon Jan  1\nSubject: 1\n\ntext\n", {"Subject: 1\n\ntext\n"}},
	{"From a\nA: 1\n\nx\n\nFrom b\nB: 2\n\ny\n",
		{"A: 1\n\nx\n\n", "B: 2\n\ny\n"}},
	{"From a\r\nA: 1\r\n\r\nx\r\n\r\nFrom b\r\nB: 2\r\n",
		{"A: 1\r\n\r\nx\r\n\r\n", "B: 2\r\n"}},
	/* Behind a line with text it is none, and not within a line. */
	{"From a\nA: 1\n\nx\nFrom here on\n\n>From b\n x From c\n",
		{"A: 1\n\nx\nFrom here on\n\n>From b\n x From c\n"}},
	{"From a\n\nFrom b\n\nFrom ", {"\nFrom b\n\nFrom "}},
	/* A date makes a separator without an empty line, ... */
	{"From a\nA: 1\n\nx\nFrom b Fri Nov 27 10:00:00 2026\nB: 2\n",
		{"A: 1\n\nx\n", "B: 2\n"}},
	{"From a\nA: 1\nFrom - Fri, 27 Nov 2026 10:00:00 +0000\nB: 2\n",
		{"A: 1\n", "B: 2\n"}},
	/* ... and other forms after one. */
	{"From a\nA: 1\n\nFrom - 2026-11-27 10:00\nB: 2\n",
		{"A: 1\n\n", "B: 2\n"}},
	{"From a\nA: 1\n\nFrom b@c on some day\nB: 2\n",
		{"A: 1\n\n", "B: 2\n"}},
	/* Text is none, even where it was not marked. */
	{"From a\nA: 1\n\nDear,\n\nFrom now on we are open.\nFrom us\n",
		{"A: 1\n\nDear,\n\nFrom now on we are open.\nFrom us\n"}},
	{"From a\nA: 1\n\nFrom now on this counts:\nNote: we are closed\n",
		{"A: 1\n\nFrom now on this counts:\nNote: we are closed\n"}},
	{"From a\nA: 1\n\nFrom 10:00 on, Fri 27 Nov 2026\nclosed\n",
		{"A: 1\n\nFrom 10:00 on, Fri 27 Nov 2026\nclosed\n"}},
	/* A length that is wrong does not count. */
	{"From a\nContent-Length: 900\n\nx\n\nFrom b\nB: 2\n",
		{"Content-Length: 900\n\nx\n\n", "B: 2\n"}},
	{"From a", {""}},
	/* What is before the first separator is skipped. */
	{"\nFrom a@b Fri Nov 27 10:00:00 2026\nA: 1\n\nx\n", {"A: 1\n\nx\n"}},
	{"X-Odd\n- no field\nFrom a Fri Nov 27 10:00:00 2026\nA: 1\n",
		{"A: 1\n"}},
};

/* What is no mbox, however it begins. */
static const char *const others[] = {
	"Subject: x\n\nFrom a Fri Nov 27 10:00:00 2026\nA: 1\n",
	"{\nFrom a Fri Nov 27 10:00:00 2026\nA: 1\n",
	"text\nFrom here on\nA: 1\n",
	"",
};

/* What lies in a directory, and whether it is to be read, in this order. */
static const struct {
	const char *name;
	bool read;
} files[] = {
	{"a.eml", true},
	{"box/.folder/cur/3", true},
	{"box/.folder/new/.keep", false},
	{"box/.folder/subscriptions", false},
	{"box/cur/1:2,S", true},
	{"box/dovecot.index", false},
	{"box/new/2", true},
	{"box/tmp/4", false},
	{"deep/er/r.json.gz", true},
	{"tmp/5", true},
	{".hidden", false},
};

static int make_directory(void **state)
{
	(void)state;
	directory = g_dir_make_tmp("input-XXXXXX", NULL);
	return directory == NULL;
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) open = g_dir_open(path, 0, NULL);
	const char *name;

	while (open != NULL && (name = g_dir_read_name(open)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_all(below);
	}
	g_remove(path);
}

static int remove_directory(void **state)
{
	(void)state;
	remove_all(directory);
	g_free(directory);
	return 0;
}

static char *write_file(const char *name, const char *text)
{
	char *path = g_build_filename(directory, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static GPtrArray *list(const char *path)
{
	GPtrArray *inputs =
		g_ptr_array_new_with_free_func((GDestroyNotify)input_free);

	input_list(inputs, path);
	return inputs;
}

static void check_message(const Input *message, const char *text)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GBytes) content =
		input_read(message, LIMIT, none, NULL, NULL);
	gsize size;
	const char *data = g_bytes_get_data(content, &size);

	assert_int_equal(size, strlen(text));
	assert_true(size == 0 || memcmp(data, text, size) == 0);
	assert_int_equal(none->len, 0);
}

static void test_mailboxes(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(mailboxes); i++) {
		g_autofree char *path = write_file("mbox", mailboxes[i].text);
		g_autoptr(GPtrArray) inputs = list(path);
		g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func(
			(GDestroyNotify)input_free);
		g_autoptr(GError) error = NULL;
		guint number = 0;

		assert_null(input_read(
			inputs->pdata[0], LIMIT, messages, NULL, &error));
		assert_null(error);
		for (; mailboxes[i].messages[number] != NULL; number++)
			check_message(messages->pdata[number],
				mailboxes[i].messages[number]);
		assert_int_equal(messages->len, number);
		g_unlink(path);
	}
}

static void test_names(void **state)
{
	g_autofree char *path =
		write_file("m", "From a\nA: 1\n\nFrom b\nB: 2\n");
	g_autoptr(GPtrArray) inputs = list(path);
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)input_free);
	const Input *second;

	(void)state;
	assert_null(input_read(inputs->pdata[0], LIMIT, messages, NULL, NULL));
	second = messages->pdata[1];
	assert_string_equal(second->path, path);
	assert_true(g_str_has_suffix(second->name, "/m: message 2"));
	g_unlink(path);
}

static void test_other_files(void **state)
{
	g_autofree char *path = write_file("file", "Subject: x\n\nFrom a\n");
	g_autoptr(GPtrArray) inputs = list(path);

	(void)state;
	check_message(inputs->pdata[0], "Subject: x\n\nFrom a\n");
	g_unlink(path);
}

static void test_too_big(void **state)
{
	g_autofree char *text = g_strnfill(LIMIT + 1, 'x');
	g_autofree char *path = write_file("big", text);
	g_autoptr(GPtrArray) inputs = list(path);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(input_read(inputs->pdata[0], LIMIT, none, NULL, &error));
	assert_non_null(strstr(error->message, "over the limit"));
	g_unlink(path);
}

static void test_directory(void **state)
{
	g_autoptr(GPtrArray) inputs = NULL;
	guint number = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		g_free(write_file(files[i].name, ""));
	inputs = list(directory);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		const Input *input;

		if (!files[i].read)
			continue;
		assert_true(number < inputs->len);
		input = inputs->pdata[number++];
		assert_string_equal(
			input->path + strlen(directory) + 1, files[i].name);
	}
	assert_int_equal(inputs->len, number);
}

/* A pipe would be waited for; a link that leads back would never end. */
static void test_other_things(void **state)
{
	g_autofree char *file = write_file("odd/b.eml", "");
	g_autofree char *odd = g_build_filename(directory, "odd", NULL);
	g_autofree char *pipe = g_build_filename(odd, "a", NULL);
	g_autofree char *loop = g_build_filename(odd, "c", NULL);
	g_autofree char *link = g_build_filename(odd, "d.eml", NULL);
	g_autofree char *dead = g_build_filename(odd, "e", NULL);
	g_autoptr(GPtrArray) inputs = NULL;

	(void)state;
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(symlink(".", loop), 0);
	assert_int_equal(symlink("b.eml", link), 0);
	assert_int_equal(symlink("e", dead), 0);
	inputs = list(odd);
	assert_int_equal(inputs->len, 3);
	assert_string_equal(((Input *)inputs->pdata[0])->path, file);
	assert_string_equal(((Input *)inputs->pdata[1])->path, link);
	assert_string_equal(((Input *)inputs->pdata[2])->path, dead);
}

static void test_nothing_there(void **state)
{
	g_autoptr(GPtrArray) inputs = list("/nonexistent");
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_int_equal(inputs->len, 1);
	assert_null(input_read(inputs->pdata[0], LIMIT, none, NULL, &error));
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}

static void test_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *path = write_file("other", others[i]);
		g_autoptr(GPtrArray) inputs = list(path);
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		InputFacts facts;
		g_autoptr(GBytes) content =
			input_read(inputs->pdata[0], LIMIT, none, &facts, NULL);

		assert_non_null(content);
		assert_int_equal(none->len, 0);
		assert_string_equal(facts.kind, "message or report");
		g_unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_too_big),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_other_things),
		cmocka_unit_test(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
