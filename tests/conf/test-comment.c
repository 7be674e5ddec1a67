/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "conf/comment.h"
#include "tests/test.h"

static const struct {
	const char *before;
	const char *after;
} cases[] = {
	{"", ""},
	{"a = 1\n", "a = 1\n"},
	{"# c\na = 1\n", "   \na = 1\n"},
	{"a = 1 # c", "a = 1    "},
	{"#\n#\n", " \n \n"},
	{"a = \"x#y\" # \"\n", "a = \"x#y\"    \n"},
	{"a = 'x#y' # '\n", "a = 'x#y'    \n"},
	{"a = \"\\\"#\" #c\n", "a = \"\\\"#\"   \n"},
	{"a = '\\'#' #c\n", "a = '\\'#'   \n"},
	{"a = \"'\" #c\n", "a = \"'\"   \n"},
	{"a = \"#\n#\" #c\n", "a = \"#\n#\"   \n"},
	{"a = \"#", "a = \"#"},
	{"a = \"#\\", "a = \"#\\"},
};

static void test_comments_become_blanks(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup(cases[i].before);

		comment_blank(text);
		assert_string_equal(text, cases[i].after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_become_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
