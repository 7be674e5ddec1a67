/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/setup/error.h"
#include "cli/setup/name.h"
#include "tests/test.h"

#define LABEL_63                                                               \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_242                                                               \
	LABEL_63 "." LABEL_63 "." LABEL_63                                     \
		 ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *name;
	bool name_good;
	bool pattern_good;
} names[] = {
	{"example.com", true, true},
	{"mx-1.example.com", true, true},
	{"_x.example.com", true, true},
	{"xn--mnchen-3ya.example", true, true},
	{LABEL_63 ".example", true, true},
	{NAME_242, true, true},
	{"*.example.com", false, true},
	{"a" LABEL_63 ".example", false, false},
	{NAME_242 "a", false, false},
	{"", false, false},
	{".", false, false},
	{"example.com.", false, false},
	{"a..example", false, false},
	{"-oproxy.example", false, false},
	{"a.-b.example", false, false},
	{"Example.com", false, false},
	{"m\303\274nchen.example", false, false},
	{"*.*.example", false, false},
	{"a b.example", false, false},
	{"a\nmode: none", false, false},
	{"a\\010mode: none", false, false},
	{"a;b.example", false, false},
	{"a\"b.example", false, false},
	{"a{b}.example", false, false},
	{"$(id).example", false, false},
	{"a>b.example", false, false},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *name = names[i].name;

		if (setup_name_is_good(name) != names[i].name_good ||
			setup_name_is_good_pattern(name) !=
				names[i].pattern_good)
			fail_msg("%s", name);
	}
}

static void test_complaint(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(setup_name_check("The host", "example.com", &error));
	assert_null(error);
	assert_false(setup_name_check("The host", "a\nb", &error));
	assert_true(g_error_matches(error, SETUP_ERROR, SETUP_ERROR_NAME));
	assert_string_equal(error->message,
		"The host \"a\\x0ab\" is not the name of a host, so that "
		"nothing is written for it: correct the record");
}

static const struct {
	const char *name;
	bool in;
} places[] = {
	{"example.com", true},
	{"mx.example.com", true},
	{"notexample.com", false},
	{"com", false},
	{"example.com.test", false},
};

static void test_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		assert_int_equal(
			setup_name_is_in(places[i].name, "example.com"),
			places[i].in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_complaint),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
