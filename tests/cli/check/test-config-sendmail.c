/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/config-check.h"
#include "tests/test.h"

#define PATH "/run/tlsrpt-milter/tlsrpt-milter.sock"
#define USED "O InputMailFilters=opendkim, tlsrpt-milter\n"

/* NULL where all is well, else how the problem begins. */
static const struct {
	const char *text;
	const char *socket;
	const char *problem;
} cases[] = {
	{USED "Xtlsrpt-milter, S=unix:" PATH ", F=T\n", "unix:" PATH, NULL},
	{USED "Xtlsrpt-milter, S=local:" PATH "\n", "unix:" PATH, NULL},
	{"Xtlsrpt-milter,F=T,S=inet:8894@127.0.0.1\n" USED,
		"inet:8894@127.0.0.1", NULL},
	{"Xtlsrpt-milter, S=unix:" PATH "\nO InputMailFilters=opendkim\n",
		"unix:" PATH, "the filter with this socket is not in use"},
	{"Xtlsrpt-milter, S=unix:" PATH "\n", "unix:" PATH,
		"the filter with this socket is not in use"},
	{USED "Xtlsrpt-milter, S=unix:/other\n", "unix:" PATH,
		"no filter has this socket"},
	{"#Xtlsrpt-milter, S=unix:" PATH "\n", "unix:" PATH,
		"no filter has this socket"},
	{"X", "unix:" PATH, "no filter has this socket"},
	{"", "unix:" PATH, "no filter has this socket"},
};

static void test_problems(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *problem = config_sendmail_find_problem(
			cases[i].text, cases[i].socket);

		if (cases[i].problem == NULL)
			assert_null(problem);
		else
			assert_true(
				g_str_has_prefix(problem, cases[i].problem));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_problems)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
