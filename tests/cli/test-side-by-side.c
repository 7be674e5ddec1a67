/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/side-by-side.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

enum {
	COUNT = 100,
	NOBODY = 65534,
};

static void count(void *item, void *user)
{
	g_atomic_int_inc((gint *)item);
	g_atomic_int_inc((gint *)user);
}

/* Whether each item was worked on once. */
static bool is_done(guint most, guint number)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new();
	gint counts[COUNT] = {0};
	gint all = 0;
	bool each = true;

	for (guint i = 0; i < number; i++)
		g_ptr_array_add(items, &counts[i]);
	side_by_side_run(count, items, most, &all);
	for (guint i = 0; i < number; i++)
		each = each && counts[i] == 1;
	return each && all == (gint)number;
}

static void test_each_once(void **state)
{
	(void)state;
	assert_true(is_done(16, COUNT));
	assert_true(is_done(16, 3));
	assert_true(is_done(1, COUNT));
	assert_true(is_done(16, 0));
}

/* Of a user that may have no more of them. */
static void test_without_threads(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		const struct rlimit none = {0, 0};

		if (setrlimit(RLIMIT_NPROC, &none) != 0 ||
			(geteuid() == 0 && setuid(NOBODY) != 0))
			_exit(2);
		_exit(is_done(16, COUNT) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_threads),
		cmocka_unit_test(test_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
