/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/worker.h"
#include "tests/test.h"

enum {
	SHORT_USEC = 20000,
	/* Far more than any machine needs. */
	LONG_USEC = 30 * G_USEC_PER_SEC,
};

static gint64 after(gint64 usec)
{
	return g_get_monotonic_time() + usec;
}

/* Counts how often it waited in vain, until it is told to end. */
static void count(Worker *worker, void *data)
{
	int *rounds = data;

	do
		g_atomic_int_inc(rounds);
	while (!worker_wait_until(worker, after(1)));
	assert_true(worker_is_stopping(worker));
}

static void test_ends_when_told(void **state)
{
	int rounds = 0;
	Worker *worker = worker_new(count, &rounds);

	(void)state;
	worker_start(worker, "count");
	while (g_atomic_int_get(&rounds) < 3)
		g_thread_yield();
	assert_true(worker_stop(worker, after(LONG_USEC)));
}

static void sleep_long(Worker *worker, void *data)
{
	(void)data;
	assert_true(worker_wait_until(worker, after(LONG_USEC)));
}

/* A stop cuts the wait short. */
static void test_is_woken(void **state)
{
	Worker *worker = worker_new(sleep_long, NULL);
	gint64 begun = g_get_monotonic_time();

	(void)state;
	worker_start(worker, "sleep");
	assert_true(worker_stop(worker, after(LONG_USEC)));
	assert_true(g_get_monotonic_time() - begun < LONG_USEC);
}

static void hang(Worker *worker, void *data)
{
	(void)worker;
	while (g_atomic_int_get((int *)data) == 0)
		g_usleep(1);
}

/* Nobody waits longer than until the deadline, and may come again. */
static void test_deadline(void **state)
{
	int released = 0;
	Worker *worker = worker_new(hang, &released);

	(void)state;
	worker_start(worker, "hang");
	assert_false(worker_stop(worker, after(SHORT_USEC)));
	g_atomic_int_set(&released, 1);
	assert_true(worker_stop(worker, after(LONG_USEC)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends_when_told),
		cmocka_unit_test(test_is_woken),
		cmocka_unit_test(test_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
