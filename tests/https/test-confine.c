/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/confine.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

/* A program that runs says no. */
static bool runs_programs(void)
{
	execl("/bin/false", "false", (char *)NULL);
	return errno != EPERM;
}

static bool opens_sockets(void)
{
	int opened = socket(AF_INET, SOCK_STREAM, 0);
	bool refused = opened < 0 && errno == EPERM;

	if (opened >= 0)
		close(opened);
	return !refused;
}

static bool starts_processes(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0 || errno != EPERM;
}

/* In a process of its own, which cannot be freed from it again. */
static void test_confined(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(confine_process() && !starts_processes() &&
					!opens_sockets() && !runs_programs()
				? 0
				: 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
