/* SPDX-License-Identifier: BSD-2-Clause */
#include <gio/gio.h>
#include <string.h>

#include "cli/html-each.h"
#include "cli/html.h"
#include "tests/test.h"

/* A program that was built without the page says so, before it asks a database
 * or makes a directory. */
static void assert_said(GError *error)
{
	assert_true(
		g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED));
	assert_non_null(strstr(error->message, "--without-dashboard"));
	g_error_free(error);
}

static void test_one(void **state)
{
	const HtmlStyle style = {"TLS reports", false};
	GError *error = NULL;

	(void)state;
	assert_null(html_frame_new(&style, &error));
	assert_said(error);
}

static void test_each(void **state)
{
	const StoreDashboardFilter filter = {.since = "2026-01-01"};
	GError *error = NULL;

	(void)state;
	assert_false(html_each_write(NULL, &filter, "/nonexistent/directory",
		"TLS reports", &error));
	assert_said(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
