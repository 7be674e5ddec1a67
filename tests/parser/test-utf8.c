/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "parser/utf8.h"
#include "tests/test.h"

static const struct {
	const char *text;
	size_t limit;
	size_t length;
} cuts[] = {
	{"", 0, 0},
	{"abc", 4, 3},
	{"abc", 3, 3},
	{"abc", 2, 2},
	{"abc", 0, 0},
	{"a\303\244b", 3, 3},
	{"a\303\244b", 2, 1},
	{"a\303\244b", 1, 1},
	{"\342\202\254", 2, 0},
	{"x\360\237\230\200", 4, 1},
};

static const struct {
	const char *text;
	size_t length;
	const char *clean;
} texts[] = {
	{"", 0, ""},
	{"abc", 3, "abc"},
	{"\0", 1, "\357\277\275"},
	{"a\0\0b", 4, "a\357\277\275\357\277\275b"},
};

static void test_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		const char *text = cuts[i].text;

		if (utf8_cut(text, strlen(text), cuts[i].limit) !=
			cuts[i].length)
			fail_msg("%s at %zu is wrong", text, cuts[i].limit);
	}
	/* What is after the text does not count. */
	assert_int_equal(utf8_cut("a\244", 1, 1), 1);
}

static void test_nuls(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *clean =
			utf8_replace_nul(texts[i].text, texts[i].length);

		assert_string_equal(clean, texts[i].clean);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_nuls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
