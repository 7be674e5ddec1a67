/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/filename.h"
#include "tests/test.h"

static const struct {
	const char *name;
	bool report;
	bool archive;
	const char *domain;
	int64_t begin;
} cases[] = {
	{"a.example!b.example!1!2!001.json.gz", true, true, "b.example", 1},
	{"a.example!B.Example!1!2.json", true, false, "b.example", 1},
	{"a.example!b.example!1!2!1335+b.JSON.GZ", true, true, "b.example", 1},
	{"Example Inc!b.example!1!2!x!y.json", true, false, "b.example", 1},
	{"../../a!b.example!1!2.json", true, false, "b.example", 1},
	{"report.json.gz", true, true, NULL, -1},
	{"a!b.example!x!2.json", true, false, NULL, -1},
	{"a!b.example!1!.json", true, false, NULL, -1},
	{"a!b.example!1.json", true, false, NULL, -1},
	{"a!!1!2.json", true, false, NULL, 1},
	{"a.example!b.example!1!2.xml.gz", false, true, "b.example", 1},
	{"a!b.example!99999999999999999999!2.json", true, false, "b.example",
		INT64_MAX},
	{"a.zip", false, true, NULL, -1},
	{"json", false, false, NULL, -1},
	{"", false, false, NULL, -1},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *name = cases[i].name;
		g_autofree char *domain = filename_get_policy_domain(name);

		assert_int_equal(filename_is_report(name), cases[i].report);
		assert_int_equal(filename_is_archive(name), cases[i].archive);
		assert_int_equal(filename_get_begin(name), cases[i].begin);
		if (g_strcmp0(domain, cases[i].domain) != 0)
			fail_msg("%s gives %s", name, domain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
