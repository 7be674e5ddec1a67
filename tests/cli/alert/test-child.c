/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/alert/child.h"
#include "tests/test.h"

enum {
	PATIENCE = 20,
	LARGE = 1 << 20,
};

static const struct {
	const char *script;
	/* NULL when it does what it should. */
	const char *error;
} cases[] = {
	{"exit 0", NULL},
	{"test \"$(cat)\" = input", NULL},
	{"exec <&-; sleep 0.2; exit 0", NULL},
	{"exit 75", "/bin/sh: exit status 75"},
	{"echo no space >&2; echo or so >&2; exit 1",
		"/bin/sh: exit status 1: no space"},
	{"printf 'a\\377b' >&2; exit 1",
		"/bin/sh: exit status 1: a\357\277\275b"},
	{"echo out; exit 1", "/bin/sh: exit status 1"},
	{"kill -TERM $$", "/bin/sh: killed by signal 15"},
	/* Signals are as a program expects them. */
	{"trap 'exit 0' TERM; kill -TERM $$; exit 1", NULL},
	{"kill -PIPE $$", "/bin/sh: killed by signal 13"},
	/* Whom it leaves behind need not end. */
	{"sleep 60 & exit 0", NULL},
};

static void test_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *argv[] = {"/bin/sh", "-c", cases[i].script, NULL};
		g_autoptr(GError) error = NULL;
		bool done = child_run(argv, "input", PATIENCE, &error);

		if (done != (cases[i].error == NULL))
			fail_msg("%s: %s", cases[i].script,
				error != NULL ? error->message : "done");
		if (!done)
			assert_string_equal(error->message, cases[i].error);
	}
}

static void test_no_shell(void **state)
{
	const char *argv[] = {
		"/usr/bin/test", "$(echo a) 'b'", "=", "$(echo a) 'b'", NULL};

	(void)state;
	assert_true(child_run(argv, "", PATIENCE, NULL));
}

static void test_no_program(void **state)
{
	const char *argv[] = {"/nonexistent", NULL};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(child_run(argv, "", PATIENCE, &error));
	assert_string_equal(
		error->message, "/nonexistent: No such file or directory");
}

/* More than a pipe holds, in both directions at once. */
static void test_much(void **state)
{
	const char *argv[] = {"/bin/sh", "-c",
		"test $(tee /dev/stderr | wc -c) = 1048576", NULL};
	g_autofree char *input = g_strnfill(LARGE, 'x');

	(void)state;
	assert_true(child_run(argv, input, PATIENCE, NULL));
}

static void test_complaint_is_bounded(void **state)
{
	const char *argv[] = {"/bin/sh", "-c",
		"head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1", NULL};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(child_run(argv, "", PATIENCE, &error));
	assert_in_range(strlen(error->message), 4096, 4200);
}

/* It and what it has started. */
static void test_late(void **state)
{
	g_autofree char *directory = g_dir_make_tmp("child-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "late", NULL);
	g_autofree char *script = g_strdup_printf(
		"echo no, >&2; (sleep 2; touch %s) & wait", path);
	const char *argv[] = {"/bin/sh", "-c", script, NULL};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(child_run(argv, "", 1, &error));
	assert_string_equal(error->message,
		"/bin/sh: did not exit within 1 seconds and was killed: no,");
	g_usleep(2 * G_USEC_PER_SEC);
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_no_shell),
		cmocka_unit_test(test_no_program),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_complaint_is_bounded),
		cmocka_unit_test(test_late),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
