/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/header-field.h"

#include <glib.h>
#include <string.h>

#include "tests/test.h"

/* `fields` are the fields found as "NAME=VALUE", with "|" behind each; `rest`
 * is what follows the header. */
static const struct {
	const char *mail;
	const char *fields;
	const char *rest;
} cases[] = {
	{"", "", ""},
	{"\r\nbody", "", "\r\nbody"},
	{"A: b\r\n\r\nC: d\r\n", "A= b|", "\r\nC: d\r\n"},
	{"A: b\n\nC: d\n", "A= b|", "\nC: d\n"},
	{"A:b", "A=b|", ""},
	{"A:\r\n", "A=|", ""},
	{"A: b\r\n c\r\n\td\r\nE:f\r\n", "A= b\r\n c\r\n\td|E=f|", ""},
	{"A: b\r\n \r\n\r\n", "A= b\r\n |", "\r\n"},
	{"A: b:c\r\n", "A= b:c|", ""},
	{"A \t: b\r\n", "A= b|", ""},
	/* What is no field ends the header. */
	{"A: b\r\nnothing\r\nC: d\r\n", "A= b|", "nothing\r\nC: d\r\n"},
	{" A: b\r\n", "", " A: b\r\n"},
	{": b\r\n", "", ": b\r\n"},
	{"A\r\n b: c\r\n", "", "A\r\n b: c\r\n"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *at = cases[i].mail;
		const char *end = at + strlen(at);
		g_autoptr(GString) found = g_string_new(NULL);
		HeaderField field;

		while (header_field_next(&at, end, &field)) {
			g_autofree char *value = header_field_get_value(&field);

			g_string_append_len(
				found, field.text, (gssize)field.name_size);
			g_string_append_printf(found, "=%s|", value);
		}
		assert_string_equal(found->str, cases[i].fields);
		assert_string_equal(at, cases[i].rest);
	}
}

static void test_text(void **state)
{
	static const char mail[] = "Subject: a\r\n b\r\nX: y\r\n";
	const char *at = mail;
	HeaderField field;

	(void)state;
	assert_true(header_field_next(&at, mail + strlen(mail), &field));
	assert_int_equal(field.size, strlen("Subject: a\r\n b"));
	assert_true(header_field_is(&field, "SUBJECT"));
	assert_false(header_field_is(&field, "Subj"));
	assert_false(header_field_is(&field, "Subject:"));
}

static void test_nul(void **state)
{
	static const char mail[] = "A: b\0c\r\n";
	const char *at = mail;
	HeaderField field;

	(void)state;
	assert_true(header_field_next(&at, mail + sizeof(mail) - 1, &field));
	assert_int_equal(field.value_size, 4);
	assert_null(header_field_get_value(&field));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
