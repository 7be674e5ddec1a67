/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/kind.h"

#include <string.h>

#include "tests/test.h"

/* Beginnings of files, and what they are; NULL where they are read. */
static const struct {
	const char *text;
	const char *words;
} cases[] = {
	{"BZh91AY", "compressed with bzip2"},
	{"\050\265\057\375x", "compressed with zstd"},
	{"\1\1\1\1\nFrom", "MMDF mailbox"},
	{"2 M1e C6553f100\n", "dbox of Dovecot"},
	{"!BDN", "Outlook folder"},
	{"Subject: x", NULL},
	{"{}", NULL},
	{"BZ", NULL},
	{"", NULL},
};

static void test_unread(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) content =
			g_bytes_new(cases[i].text, strlen(cases[i].text));
		const Kind *kind = kind_find_unread(content);

		assert_string_equal(kind != NULL ? kind->words : "",
			cases[i].words != NULL ? cases[i].words : "");
		if (kind != NULL)
			assert_ptr_equal(kind_find(kind->words), kind);
	}
	assert_null(kind_find("mbox"));
}

static const struct {
	const char *text;
	const char *message;
} emlx[] = {
	{"5\nA: 1\n", "A: 1\n"},
	{"5         \nA: 1\n<?xml version=\"1.0\"?>\n", "A: 1\n"},
	{"5\r\nA: 1\n<?xml", "A: 1\n"},
	{"0\n", ""},
	{"6\nA: 1\n", NULL},
	{"4\nA: 1\n", NULL},
	{"5\nA: 1\n<?", NULL},
	{"999999999999999999999\nA: 1\n", NULL},
	{"5", NULL},
	{"A: 1\n", NULL},
	{"", NULL},
};

static void test_emlx(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(emlx); i++) {
		g_autoptr(GBytes) content =
			g_bytes_new(emlx[i].text, strlen(emlx[i].text));
		g_autoptr(GBytes) message = kind_take_emlx(content);
		const char *expected = emlx[i].message;

		assert_int_equal(message != NULL, expected != NULL);
		if (message == NULL || expected == NULL)
			continue;
		assert_int_equal(g_bytes_get_size(message), strlen(expected));
		assert_memory_equal(g_bytes_get_data(message, NULL), expected,
			strlen(expected));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_emlx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
