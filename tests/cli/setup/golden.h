/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CLI_SETUP_GOLDEN_H
#define TESTS_CLI_SETUP_GOLDEN_H

/* What is written, compared with a file of golden/. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

/* With GOLDEN_WRITE in the environment the file is made anew. */
static inline void golden_compare(const char *name, const char *text)
{
	const char *top = getenv("top_srcdir");
	g_autofree char *path = g_build_filename(
		top != NULL ? top : ".", "tests/cli/setup/golden", name, NULL);
	g_autofree char *expected = NULL;

	if (getenv("GOLDEN_WRITE") != NULL)
		assert_true(g_file_set_contents(path, text, -1, NULL));
	if (!g_file_get_contents(path, &expected, NULL, NULL))
		fail_msg("%s cannot be read", path);
	if (strcmp(expected, text) != 0)
		print_error("%s is not what was written:\n%s", path, text);
	assert_string_equal(text, expected);
}

#endif
