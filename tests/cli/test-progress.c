/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "cli/progress.h"
#include "tests/test.h"

/* In their order: a line is due ten seconds after the last one. */
static const struct {
	size_t done;
	size_t total;
	int64_t seconds;
	const char *line;
} cases[] = {
	{50, 100, 60, ""},
	{500, 1000, 9, ""},
	{500, 1000, 10, "500 of 1000 messages, 50/s, 10 s left\n"},
	{900, 1000, 19, ""},
	{1000, 200000, 20, "1000 of 200000 messages, 50/s, 66 min left\n"},
	{1001, 10000000, 31,
		"1001 of 10000000 messages, 32/s, 86 h 0 min left\n"},
	{0, 1000, 60, "0 of 1000 messages, 0/s, some time left\n"},
};

/* stderr is a file during this, which is no terminal. The caller frees what was
 * written to it. */
static char *show(size_t i)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp(NULL, &path, NULL);
	int before = dup(STDERR_FILENO);
	char *text = NULL;

	assert_int_not_equal(fd, -1);
	dup2(fd, STDERR_FILENO);
	close(fd);
	progress_show("messages", 100, cases[i].done, cases[i].total,
		cases[i].seconds * G_USEC_PER_SEC);
	dup2(before, STDERR_FILENO);
	close(before);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	return text;
}

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = show(i);

		assert_string_equal(text, cases[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
