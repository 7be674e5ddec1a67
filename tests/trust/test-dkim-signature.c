/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/dkim-signature.h"

#include <string.h>

#include "tests/test.h"

/* `found` is "DOMAIN SELECTOR SIGNATURE", with " part" behind it where l= is
 * there; NULL where the field must be refused. */
static const struct {
	const char *value;
	const char *found;
} cases[] = {
	{"v=1; d=a.example; s=s1; b=AbC", "a.example s1 AbC"},
	{" v=1; d=A.Example;\r\n\ts=S1; b=Ab\r\n\t C==;\r\n",
		"a.example S1 AbC=="},
	{"d = a.example ; s\t=s1;b= A b", "a.example s1 Ab"},
	{"d=a;s=b;b=c;l=100", "a b c part"},
	{"d=a;s=b;b=c; l = ", "a b c part"},
	{"d=a;s=b;b=c;L=100", "a b c"},
	{"d=a;s=b;b=", "a b "},
	{"d=a;s=b;b=c;i=x=y", "a b c"},
	{"d=a;s=b;b=c;d=e", NULL},
	{"d=a;s=b;b=c;l=1;l=2", NULL},
	{"d=a;s=b;;b=c", NULL},
	{"d=a;s=b;b=c;l", NULL},
	{"d=a;s=b;b=c;=l", NULL},
	{"d=a;s=b;b=c;l l=1", NULL},
	{"d=a;s=b", NULL},
	{"d=a;b=b", NULL},
	{"s=a;b=b", NULL},
	{"", NULL},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(DkimSignature) signature =
			dkim_signature_parse(cases[i].value);
		g_autofree char *found = NULL;

		if ((signature != NULL) != (cases[i].found != NULL))
			fail_msg("%s", cases[i].value);
		if (signature == NULL)
			continue;
		found = g_strdup_printf("%s %s %s%s", signature->domain,
			signature->selector, signature->signature,
			signature->covers_part ? " part" : "");
		assert_string_equal(found, cases[i].found);
	}
}

static void test_bound(void **state)
{
	g_autofree char *padding = g_strnfill(DKIM_SIGNATURE_SIZE_MAX, ' ');
	g_autofree char *longest = NULL;
	g_autofree char *longer = NULL;
	g_autoptr(DkimSignature) signature = NULL;

	(void)state;
	padding[DKIM_SIGNATURE_SIZE_MAX - strlen("d=a;s=b;b=c")] = '\0';
	longest = g_strconcat("d=a;s=b;b=c", padding, NULL);
	longer = g_strconcat(" ", longest, NULL);
	signature = dkim_signature_parse(longest);
	assert_non_null(signature);
	assert_null(dkim_signature_parse(longer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
