/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/base64.h"

#include <string.h>

#include "tests/test.h"

static const struct {
	const char *text;
	const char *decoded;
} cases[] = {
	{"", ""},
	{"TQ==", "M"},
	{"TWE=", "Ma"},
	{"TWFu", "Man"},
	{"TWFuTWFu", "ManMan"},
	/* Padding may be missing; a single digit makes no byte. */
	{"TQ", "M"},
	{"TWE", "Ma"},
	{"TWFuT", "Man"},
	/* Line ends and foreign bytes. */
	{"TW\r\nFu\n\nTWE=\n", "ManMa"},
	{"T W\xff-F_u!", "Man"},
	/* It ends at the padding. */
	{"TQ==TWFu", "M"},
	{"TWE=\n\n-- \nscanned by mail.example\n", "Ma"},
	{"=TWFu", ""},
	{"+/+/", "\xfb\xff\xbf"},
	{"Pj4/Pn5+", ">>?>~~"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup(cases[i].text);
		uint8_t *bytes = (uint8_t *)text;
		size_t size = base64_decode(bytes, strlen(text), bytes);

		if (size != strlen(cases[i].decoded) ||
			memcmp(bytes, cases[i].decoded, size) != 0)
			fail_msg("%s is decoded wrongly", cases[i].text);
	}
}

static void test_every_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		const uint8_t raw[3] = {(uint8_t)byte, 0x5a, (uint8_t)~byte};
		g_autofree char *text = g_base64_encode(raw, sizeof(raw));
		uint8_t got[3];

		assert_int_equal(
			base64_decode((const uint8_t *)text, 4, got), 3);
		assert_memory_equal(got, raw, sizeof(raw));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
