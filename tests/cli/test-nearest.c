/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/nearest.h"
#include "tests/test.h"

static const char *const names[] = {
	"summary",
	"failures",
	"reports",
	"reporters",
	"Google Inc.",
	"kiosk.test",
	"check-config",
	"check-db",
};

static const struct {
	const char *word;
	const char *nearest;
} cases[] = {
	{"summry", "summary"},
	{"summayr", "summary"},
	{"Summary", "summary"},
	{"report", "reports, reporters"},
	{"kiosk", "kiosk.test"},
	{"gogle inc.", "Google Inc."},
	{"google", "Google Inc."},
	{"check", "check-db, check-config"},
	{"frobnicate", NULL},
	{"x", NULL},
	{"", NULL},
};

static void test_nearest(void **state)
{
	g_autoptr(GPtrArray) array = g_ptr_array_new_with_free_func(g_free);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_ptr_array_add(array, g_strdup(names[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *near = nearest_list(cases[i].word, array);

		if (g_strcmp0(near, cases[i].nearest) != 0)
			fail_msg("%s: %s", cases[i].word, near);
	}
}

/* Names of any length, as strangers may choose them. */
static void test_long(void **state)
{
	g_autofree char *word = g_strnfill(255, 'a');
	g_autofree char *longer = g_strnfill(256, 'a');
	g_autoptr(GPtrArray) array = g_ptr_array_new();
	g_autofree char *near = NULL;

	(void)state;
	g_ptr_array_add(array, longer);
	assert_null(nearest_list(word, array));
	assert_null(nearest_list(longer, array));
	g_ptr_array_add(array, word);
	near = nearest_list(word, array);
	assert_string_equal(near, word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
