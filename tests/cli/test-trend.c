/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "cli/trend.h"
#include "tests/test.h"

static const struct {
	const char *series;
	const char *blocks;
	const char *signs;
} cases[] = {
	{"[]", "", ""},
	{"[0.00]", "\u2581", "_"},
	{"[null, null]", "\u00b7\u00b7", "--"},
	{"[0.00, 0.01, null, 50.00, 100.00]", "\u2581\u2582\u00b7\u2585\u2588",
		"_.-+#"},
	/* High is what is higher than the rest. */
	{"[0.02, 0.01]", "\u2588\u2585", "#+"},
};

static void test_trend(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *blocks = trend_write(cases[i].series, true);
		g_autofree char *signs = trend_write(cases[i].series, false);

		assert_string_equal(blocks, cases[i].blocks);
		assert_string_equal(signs, cases[i].signs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
