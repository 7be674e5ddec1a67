/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/gate.h"
#include "tests/test.h"

enum {
	PLACES = 3,
	THREADS = 12,
	ROUNDS = 200,
	SHORT_USEC = 20000,
	/* Far more than any machine needs. */
	LONG_USEC = 30 * G_USEC_PER_SEC,
};

typedef struct {
	Gate gate;
	int inside;
	int most;
	int entered;
} Crowd;

static gint64 after(gint64 usec)
{
	return g_get_monotonic_time() + usec;
}

static void note_entry(Crowd *crowd)
{
	int inside = g_atomic_int_add(&crowd->inside, 1) + 1;
	int most = g_atomic_int_get(&crowd->most);

	while (inside > most &&
		!g_atomic_int_compare_and_exchange(&crowd->most, most, inside))
		most = g_atomic_int_get(&crowd->most);
	g_atomic_int_inc(&crowd->entered);
}

static void *go_through(void *data)
{
	Crowd *crowd = data;

	for (int i = 0; i < ROUNDS; i++) {
		if (!gate_enter(&crowd->gate, after(LONG_USEC)))
			break;
		note_entry(crowd);
		g_thread_yield();
		g_atomic_int_add(&crowd->inside, -1);
		gate_leave(&crowd->gate);
	}
	return NULL;
}

static void test_bound(void **state)
{
	Crowd crowd = {.inside = 0};
	GThread *threads[THREADS];

	(void)state;
	gate_init(&crowd.gate, PLACES);
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("crowd", go_through, &crowd);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	assert_int_equal(crowd.entered, THREADS * ROUNDS);
	assert_in_range(crowd.most, 1, PLACES);
	assert_true(gate_wait_empty(&crowd.gate, after(0)));
	gate_clear(&crowd.gate);
}

static void test_deadline(void **state)
{
	gint64 deadline;
	Gate gate;

	(void)state;
	gate_init(&gate, 2);
	assert_true(gate_enter(&gate, after(0)));
	assert_true(gate_enter(&gate, after(0)));
	deadline = after(SHORT_USEC);
	assert_false(gate_enter(&gate, deadline));
	assert_true(g_get_monotonic_time() >= deadline);

	/* Who was turned away took no place. */
	gate_leave(&gate);
	assert_true(gate_enter(&gate, after(0)));
	assert_false(gate_enter(&gate, after(-1)));
	gate_leave(&gate);
	gate_leave(&gate);
	assert_true(gate_wait_empty(&gate, after(0)));
	gate_clear(&gate);
}

static void test_wait_empty_deadline(void **state)
{
	gint64 deadline;
	Gate gate;

	(void)state;
	gate_init(&gate, 1);
	assert_true(gate_wait_empty(&gate, after(0)));
	assert_true(gate_enter(&gate, after(0)));
	deadline = after(SHORT_USEC);
	assert_false(gate_wait_empty(&gate, deadline));
	assert_true(g_get_monotonic_time() >= deadline);
	gate_leave(&gate);
	assert_true(gate_wait_empty(&gate, after(0)));
	gate_clear(&gate);
}

static void *leave_later(void *data)
{
	g_usleep(SHORT_USEC);
	gate_leave(data);
	return NULL;
}

static void test_wait_empty_is_woken(void **state)
{
	gint64 started = g_get_monotonic_time();
	GThread *threads[PLACES];
	Gate gate;

	(void)state;
	gate_init(&gate, PLACES);
	for (int i = 0; i < PLACES; i++) {
		assert_true(gate_enter(&gate, after(0)));
		threads[i] = g_thread_new("guest", leave_later, &gate);
	}
	assert_true(gate_wait_empty(&gate, after(LONG_USEC)));
	assert_true(g_get_monotonic_time() - started < LONG_USEC);
	for (int i = 0; i < PLACES; i++)
		g_thread_join(threads[i]);
	gate_clear(&gate);
}

static void test_enter_is_woken(void **state)
{
	GThread *thread;
	Gate gate;

	(void)state;
	gate_init(&gate, 1);
	assert_true(gate_enter(&gate, after(0)));
	thread = g_thread_new("guest", leave_later, &gate);
	assert_true(gate_enter(&gate, after(LONG_USEC)));
	g_thread_join(thread);
	gate_leave(&gate);
	gate_clear(&gate);
}

static void *wait_empty(void *data)
{
	return GINT_TO_POINTER(gate_wait_empty(data, after(LONG_USEC)));
}

/* Whoever waits for the same has to know, and not only one of them. */
static void test_all_are_woken(void **state)
{
	gint64 started = g_get_monotonic_time();
	GThread *threads[THREADS];
	Gate gate;

	(void)state;
	gate_init(&gate, 1);
	assert_true(gate_enter(&gate, after(0)));
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("waiting", wait_empty, &gate);
	g_usleep(SHORT_USEC);
	gate_leave(&gate);
	for (int i = 0; i < THREADS; i++)
		assert_true(GPOINTER_TO_INT(g_thread_join(threads[i])));
	assert_true(g_get_monotonic_time() - started < LONG_USEC);
	gate_clear(&gate);
}

static void *enter_in_vain(void *data)
{
	return GINT_TO_POINTER(!gate_enter(data, after(LONG_USEC)));
}

/* Those inside go on, and those who wait need wait no longer. */
static void test_closed(void **state)
{
	gint64 started = g_get_monotonic_time();
	GThread *threads[THREADS];
	Gate gate;

	(void)state;
	gate_init(&gate, 1);
	assert_true(gate_enter(&gate, after(0)));
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("waiting", enter_in_vain, &gate);
	g_usleep(SHORT_USEC);
	gate_close(&gate);
	for (int i = 0; i < THREADS; i++)
		assert_true(GPOINTER_TO_INT(g_thread_join(threads[i])));
	assert_true(g_get_monotonic_time() - started < LONG_USEC);
	assert_false(gate_wait_empty(&gate, after(0)));
	gate_leave(&gate);
	assert_true(gate_wait_empty(&gate, after(0)));
	assert_false(gate_enter(&gate, after(0)));
	gate_clear(&gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_wait_empty_deadline),
		cmocka_unit_test(test_wait_empty_is_woken),
		cmocka_unit_test(test_enter_is_woken),
		cmocka_unit_test(test_all_are_woken),
		cmocka_unit_test(test_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
