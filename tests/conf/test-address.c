/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "conf/address.h"
#include "conf/settings.h"
#include "tests/test.h"

#define LABEL_63                                                               \
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define DOMAIN_253                                                             \
	LABEL_63 "." LABEL_63 "." LABEL_63                                     \
		 ".aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff"   \
		 "ggggg"

static const struct {
	const char *text;
	bool valid;
} addresses[] = {
	{"tls-reports@example.com", true},
	{"@example.com", true},
	{"a@localhost", true},
	{"a.b+c=d@mx1.example.com", true},
	{"\"a b\"@example.com", true},
	{"\"a@b\"@example.com", true},
	{"\"a\\\"b\"@example.com", true},
	{"m\303\274ller@m\303\274ller.example", true},
	{LABEL_63 "x@example.com", true},
	{"a@" DOMAIN_253, true},
	{"", false},
	{"@", false},
	{"example.com", false},
	{"a@", false},
	{"a b@example.com", false},
	{"a@example.com.", false},
	{"a@.example.com", false},
	{"a@exa mple.com", false},
	{"a@-example.com", false},
	{"a@example-.com", false},
	{"a@exam_ple.com", false},
	{"a@[192.0.2.1]", false},
	{".a@example.com", false},
	{"a.@example.com", false},
	{"a..b@example.com", false},
	{"a@b@example.com", false},
	{"<a@example.com>", false},
	{"mailto:a@example.com", false},
	{"\"@example.com", false},
	{"\"\\\"@example.com", false},
	{"\"a\"b\"@example.com", false},
	{"\"a\nb\"@example.com", false},
	{"\"a\\\nb\"@example.com", false},
	{"\377@example.com", false},
	{"a@\377.example", false},
	{LABEL_63 "xy@example.com", false},
	{"a@" LABEL_63 "x.example", false},
	{"a@x" DOMAIN_253, false},
};

static const struct {
	const char *text;
	/* The addresses with blanks between, or NULL. */
	const char *addresses;
	/* Behind the file name. */
	const char *error;
} files[] = {
	{"", "", NULL},
	{"\n\n# nothing\n", "", NULL},
	{"a@x.example\n", "a@x.example", NULL},
	{"a@x.example\r\n  @y.example\t\n", "a@x.example @y.example", NULL},
	{" # c\n#a@example.com@z.example\n@z.example", "@z.example", NULL},
	{"a@x.example\n\nb\n", NULL,
		":3: \"b\" must be LOCAL@DOMAIN or @DOMAIN"},
	{"a@x.example # c\n", NULL,
		":1: \"a@x.example # c\" must be LOCAL@DOMAIN or @DOMAIN"},
	{"a\033@x.example", NULL,
		":1: \"a\\033@x.example\" must be LOCAL@DOMAIN or @DOMAIN"},
};

static void test_validity(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		if (address_is_valid(addresses[i].text) != addresses[i].valid)
			fail_msg("\"%s\" is wrong", addresses[i].text);
	}
}

static char *make_file(const char *text)
{
	char *path = NULL;
	int fd = g_file_open_tmp("address-XXXXXX", &path, NULL);

	assert_true(fd >= 0);
	assert_true(close(fd) == 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static void check_file(
	const char *text, const char *wanted, const char *failure)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = make_file(text);
	g_autoptr(GError) error = NULL;
	bool done = address_read_file(path, list, &error);

	assert_int_equal(g_remove(path), 0);
	if (failure) {
		assert_false(done);
		assert_true(g_str_has_prefix(error->message, path));
		assert_string_equal(error->message + strlen(path), failure);
		return;
	}
	assert_true(done);
	g_ptr_array_add(list, NULL);
	g_autofree char *joined = g_strjoinv(" ", (char **)list->pdata);
	assert_string_equal(joined, wanted);
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		check_file(files[i].text, files[i].addresses, files[i].error);
}

static void test_too_many_addresses(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	for (size_t i = 0; i < ADDRESS_FILE_COUNT_MAX; i++)
		g_string_append(text, "@a.b\n");
	g_string_append(text, "@a.b\n");
	check_file(text->str, NULL,
		":1000001: more than 1000000 addresses; a line @DOMAIN stands "
		"for all of a domain");
}

static void test_too_large_a_file(void **state)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = make_file("");
	g_autofree char *wanted = g_strdup_printf(
		"%s: cannot be read: it is over 67108864 bytes long", path);
	g_autoptr(GError) error = NULL;
	bool done;

	(void)state;
	assert_int_equal(truncate(path, ADDRESS_FILE_SIZE_MAX + 1), 0);
	done = address_read_file(path, list, &error);
	assert_int_equal(g_remove(path), 0);
	assert_false(done);
	assert_true(
		g_error_matches(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE));
	assert_string_equal(error->message, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validity),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_too_many_addresses),
		cmocka_unit_test(test_too_large_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
