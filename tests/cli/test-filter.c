/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/filter.h"
#include "tests/test.h"

static char *join(char **names)
{
	return names != NULL ? g_strjoinv("|", names) : g_strdup("NULL");
}

static void test_names(void **state)
{
	char first[] = "A.example, b.example.,,";
	char second[] = "*.C.example";
	char name[] = "Foo, Inc.,bar";
	char *domains[] = {first, second, NULL};
	char *organizations[] = {name, NULL};
	g_auto(FilterNames) names;
	StoreQueryFilter filter = {0};
	g_autofree char *joined = NULL;
	g_autofree char *reporters = NULL;

	(void)state;
	filter_names_init(&names, domains, organizations, NULL);
	filter_names_set(&names, &filter);
	joined = join(names.domains);
	reporters = join(names.organizations);
	assert_string_equal(joined, "a.example|b.example|*.c.example");
	assert_string_equal(reporters, "Foo, Inc.|bar");
	assert_ptr_equal(filter.domains, names.domains);
	assert_null(filter.types);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
