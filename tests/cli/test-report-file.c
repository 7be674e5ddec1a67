/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-file.h"
#include "tests/test.h"

/* What a part of in/a.eml is called, which is shown as "a". */
static const struct {
	const char *part;
	const char *name;
} cases[] = {
	{"a.eml", "a"},
	{"a.eml: file 2", "a: file 2"},
	{"a.eml.gz", "a: part a.eml.gz"},
	{"r.json.gz", "a: part r.json.gz"},
	{"r.zip: file 2", "a: part r.zip: file 2"},
	{"part 2", "a: part 2"},
	{"message", "a: part message"},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *part_name = g_strdup(cases[i].part);
		const ParsedPart part = {.name = part_name};
		g_autofree char *name =
			report_file_name_part("in/a.eml", "a", &part);

		assert_string_equal(name, cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
