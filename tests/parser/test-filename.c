/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/filename.h"
#include "tests/test.h"

static const struct {
	const char *name;
	bool report;
	bool archive;
	const char *domain;
} cases[] = {
	{"a.example!b.example!1!2!001.json.gz", true, true, "b.example"},
	{"a.example!B.Example!1!2.json", true, false, "b.example"},
	{"a.example!b.example!1!2!1335+b.JSON.GZ", true, true, "b.example"},
	{"Example Inc!b.example!1!2!x!y.json", true, false, "b.example"},
	{"../../a!b.example!1!2.json", true, false, "b.example"},
	{"report.json.gz", true, true, NULL},
	{"a!b.example!x!2.json", true, false, NULL},
	{"a!b.example!1!.json", true, false, NULL},
	{"a!b.example!1.json", true, false, NULL},
	{"a!!1!2.json", true, false, NULL},
	{"a.example!b.example!1!2.xml.gz", false, true, "b.example"},
	{"a.zip", false, true, NULL},
	{"json", false, false, NULL},
	{"", false, false, NULL},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *name = cases[i].name;
		g_autofree char *domain = filename_get_policy_domain(name);

		assert_int_equal(filename_is_report(name), cases[i].report);
		assert_int_equal(filename_is_archive(name), cases[i].archive);
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
