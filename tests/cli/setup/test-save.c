/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/setup/error.h"
#include "cli/setup/save.h"
#include "cli/setup/step.h"
#include "tests/test.h"

/* Below a directory that is new. */
typedef struct {
	char *top;
	char *directory;
	char *one;
	char *two;
	GPtrArray *steps;
} Place;

static void add(GPtrArray *steps, const char *file, const char *content)
{
	setup_step_take_content(setup_step_add(steps, "title", "text"), file,
		g_strdup(content));
}

static int set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	place->top = g_dir_make_tmp("tlsrpt-XXXXXX", NULL);
	place->directory = g_build_filename(place->top, "a", "b", NULL);
	place->one = g_build_filename(place->directory, "one", NULL);
	place->two = g_build_filename(place->directory, "two", NULL);
	place->steps = setup_step_new_list();
	add(place->steps, "one", "1\n");
	add(place->steps, NULL, "command\n");
	add(place->steps, "two", "2\n");
	add(place->steps, "one", "3\n");
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	Place *place = *state;
	g_autofree char *middle = g_path_get_dirname(place->directory);

	g_remove(place->one);
	g_remove(place->two);
	g_rmdir(place->directory);
	g_rmdir(middle);
	g_rmdir(place->top);
	g_ptr_array_unref(place->steps);
	g_free(place->top);
	g_free(place->directory);
	g_free(place->one);
	g_free(place->two);
	g_free(place);
	return 0;
}

static void check_file(const char *path, const char *expected)
{
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_string_equal(text, expected);
}

static void save(const Place *place, bool force)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) paths =
		setup_save(place->steps, place->directory, force, &error);

	assert_null(error);
	assert_int_equal(g_strv_length(paths), 2);
	assert_string_equal(paths[0], place->one);
	check_file(place->one, "1\n3\n");
	check_file(place->two, "2\n");
}

static void check_refused(const Place *place)
{
	g_autoptr(GError) error = NULL;

	assert_null(setup_save(place->steps, place->directory, false, &error));
	assert_true(g_error_matches(error, SETUP_ERROR, SETUP_ERROR_FILE));
}

static void test_new_and_again(void **state)
{
	save(*state, false);
	save(*state, false);
}

/* Nothing is written beside what is refused. */
static void test_other_content(void **state)
{
	const Place *place = *state;

	save(place, false);
	assert_true(g_file_set_contents(place->two, "mine\n", -1, NULL));
	assert_int_equal(g_remove(place->one), 0);
	check_refused(place);
	assert_false(g_file_test(place->one, G_FILE_TEST_EXISTS));
	check_file(place->two, "mine\n");
	save(place, true);
}

/* Nor does it go where a link leads. */
static void test_link(void **state)
{
	const Place *place = *state;
	g_autofree char *other = g_build_filename(place->top, "other", NULL);

	save(place, false);
	assert_true(g_file_set_contents(other, "2\n", -1, NULL));
	assert_int_equal(g_remove(place->two), 0);
	assert_int_equal(symlink(other, place->two), 0);
	check_refused(place);
	assert_true(g_file_set_contents(other, "mine\n", -1, NULL));
	save(place, true);
	check_file(other, "mine\n");
	g_remove(other);
}

static void test_no_directory(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autofree char *below = g_build_filename(place->one, "c", NULL);

	save(place, false);
	assert_null(setup_save(place->steps, below, true, &error));
	assert_true(g_error_matches(error, SETUP_ERROR, SETUP_ERROR_FILE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_new_and_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_other_content, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_no_directory, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
