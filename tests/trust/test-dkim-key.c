/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/dkim-key.h"

#include <glib.h>

#include "tests/test.h"

/* With one tag besides, since the order of tags is not fixed. */
static const struct {
	const char *text;
	const char *opened;
} cases[] = {
	{"v=DKIM1; p=AbC", "v=DKIM1; p=AbC"},
	{"p=AbC", "p=AbC"},
	{"v=DKIM1; s=email; p=AbC", "v=DKIM1; s=email; p=AbC"},
	{"v=DKIM1; s=*; p=AbC", "v=DKIM1; s=*; p=AbC"},
	{"v=DKIM1; s=tlsrpt; p=AbC", "v=DKIM1; p=AbC"},
	{"s = other : TLSrpt ; p=A b C;", "v=DKIM1; p=A b C"},
	{"s=tlsrpt2; p=AbC", "s=tlsrpt2; p=AbC"},
	{"s=tlsrpt; p=AbC; p=d", "s=tlsrpt; p=AbC; p=d"},
	{"", ""},
};

static void test_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *opened = dkim_key_open(cases[i].text);

		assert_string_equal(opened, cases[i].opened);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
