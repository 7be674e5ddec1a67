/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-arena.h"

#include <stdint.h>
#include <string.h>

#include "tests/test.h"

enum {
	PIECES = 3000,
};

/* Every piece is aligned, and none is in another. */
static void test_pieces(void **state)
{
	static char *pieces[PIECES];
	g_auto(JsonArena) arena;

	(void)state;
	json_arena_open(&arena);
	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = json_arena_allocate(&arena, i + 1);
		assert_non_null(pieces[i]);
		assert_int_equal(
			(uintptr_t)pieces[i] % alignof(max_align_t), 0);
		memset(pieces[i], (int)(i % 251), i + 1);
	}
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t at = 0; at <= i; at++)
			assert_int_equal((unsigned char)pieces[i][at], i % 251);
	}
}

/* What does not fit into any block has one of its own. */
static void test_large(void **state)
{
	static const size_t sizes[] = {JSON_ARENA_FIRST_SIZE,
		JSON_ARENA_FIRST_SIZE + 1, 1 << 20, (1 << 20) + 1, 5 << 20};
	g_auto(JsonArena) arena;

	(void)state;
	json_arena_open(&arena);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *memory = json_arena_allocate(&arena, sizes[i]);

		assert_non_null(memory);
		memset(memory, 1, sizes[i]);
		assert_non_null(json_arena_allocate(&arena, 1));
	}
}

static void test_one_in_another(void **state)
{
	JsonArena outer;
	JsonArena inner;

	(void)state;
	assert_null(json_arena_get());
	json_arena_open(&outer);
	json_arena_open(&inner);
	assert_ptr_equal(json_arena_get(), &inner);
	json_arena_close(&inner);
	assert_ptr_equal(json_arena_get(), &outer);
	json_arena_close(&outer);
	assert_null(json_arena_get());
}

static void *get_in_thread(void *data)
{
	(void)data;
	return json_arena_get();
}

static void test_threads(void **state)
{
	g_auto(JsonArena) arena;
	GThread *thread;

	(void)state;
	json_arena_open(&arena);
	thread = g_thread_new("other", get_in_thread, NULL);
	assert_null(g_thread_join(thread));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_one_in_another),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
