/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "cli/import/source.h"
#include "tests/test.h"

enum {
	/* More than one read takes. */
	FILE_SIZE = 200000,
};

static char *directory;
static char *file;

static int set_up(void **state)
{
	g_autofree char *text = g_strnfill(FILE_SIZE, 'x');

	(void)state;
	directory = g_dir_make_tmp("source-XXXXXX", NULL);
	assert_non_null(directory);
	file = g_build_filename(directory, "file", NULL);
	assert_true(g_file_set_contents(file, text, FILE_SIZE, NULL));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g_unlink(file);
	g_rmdir(directory);
	g_free(file);
	g_free(directory);
	return 0;
}

static void test_limits(void **state)
{
	static const size_t limits[] = {FILE_SIZE, FILE_SIZE + 1, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		g_autoptr(GBytes) bytes =
			source_read(file, limits[i], NULL, NULL);

		assert_non_null(bytes);
		assert_int_equal(g_bytes_get_size(bytes), FILE_SIZE);
	}
}

static void check_failure(
	const char *path, size_t limit, GFileError code, const char *message)
{
	g_autoptr(GError) error = NULL;

	assert_null(source_read(path, limit, NULL, &error));
	assert_true(g_error_matches(error, G_FILE_ERROR, (int)code));
	assert_string_equal(error->message, message);
}

static void test_failures(void **state)
{
	(void)state;
	check_failure(file, FILE_SIZE - 1, G_FILE_ERROR_FAILED,
		"is over the limit of 199999 bytes");
	check_failure(
		file, 0, G_FILE_ERROR_FAILED, "is over the limit of 0 bytes");
	check_failure("/dev/zero", 1 << 20, G_FILE_ERROR_FAILED,
		"is over the limit of 1048576 bytes");
	check_failure(directory, SIZE_MAX, G_FILE_ERROR_ISDIR,
		"is a directory: name the files in it");
	check_failure("/nonexistent", SIZE_MAX, G_FILE_ERROR_NOENT,
		"No such file or directory");
}

/* What begins in another way is not. */
static void test_no_limit(void **state)
{
	g_autoptr(GBytes) bytes = source_read(file, 10, "xxx", NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), FILE_SIZE);
	assert_null(source_read(file, 10, "xy", &error));
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_FAILED));
}

/* What was read of standard input before does not come again. */
static void test_rest_of_standard_input(void **state)
{
	g_autoptr(GBytes) bytes = NULL;
	int fd = g_open(file, O_RDONLY | O_CLOEXEC, 0);

	(void)state;
	assert_int_equal(lseek(fd, 1, SEEK_SET), 1);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	bytes = source_read("-", FILE_SIZE, "xxx", NULL);
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), FILE_SIZE - 1);
}

static void test_standard_input(void **state)
{
	g_autoptr(GBytes) bytes = NULL;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "a\0b", 3), 3);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	bytes = source_read("-", 3, NULL, NULL);
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), 3);
	assert_memory_equal(g_bytes_get_data(bytes, NULL), "a\0b", 3);
}

/* A pipe has no other limit than a file. */
static void test_no_limit_of_a_pipe(void **state)
{
	g_autoptr(GBytes) bytes = NULL;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "From a\0b", 8), 8);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	bytes = source_read("-", 7, "From ", NULL);
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), 8);
	assert_memory_equal(g_bytes_get_data(bytes, NULL), "From a\0b", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_rest_of_standard_input),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_no_limit_of_a_pipe),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
