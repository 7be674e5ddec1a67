/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/string-pool.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "tests/test.h"

enum {
	STRINGS = 5000,
	LENGTH_MAX = 40,
};

/* What is there stays, however many come after it. */
static void test_many(void **state)
{
	static char texts[STRINGS][16];
	StringPool pool = {0};

	(void)state;
	for (int i = 0; i < STRINGS; i++) {
		size_t length = (size_t)snprintf(
			texts[i], sizeof(texts[i]), "row %d", i);
		const char **place = string_pool_get(&pool, texts[i], length);

		assert_null(*place);
		*place = texts[i];
	}
	assert_int_equal(pool.count, STRINGS);
	for (int i = 0; i < STRINGS; i++) {
		g_autofree char *copy = g_strdup(texts[i]);

		assert_ptr_equal(
			*string_pool_get(&pool, copy, strlen(copy)), texts[i]);
	}
	assert_int_equal(pool.count, STRINGS);
	string_pool_clear(&pool);
}

/* The beginning of a string is another one, and so is one with other ends. */
static void test_beginnings(void **state)
{
	static const char text[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop";
	StringPool pool = {0};

	(void)state;
	for (size_t length = 0; length < LENGTH_MAX; length++) {
		g_autofree char *copy = g_strndup(text, length);
		const char **place = string_pool_get(&pool, text, length);

		assert_null(*place);
		*place = g_intern_string(copy);
	}
	for (size_t length = 1; length < LENGTH_MAX; length++) {
		g_autofree char *copy = g_strndup(text, length);
		const char **place;

		assert_string_equal(
			*string_pool_get(&pool, text, length), copy);
		copy[length - 1] = 'X';
		place = string_pool_get(&pool, copy, length);
		assert_null(*place);
		*place = g_intern_string(copy);
	}
	string_pool_clear(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_beginnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
