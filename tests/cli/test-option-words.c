/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/option-words.h"
#include "tests/test.h"

static const GOptionEntry some[] = {
	{"limit", 'n', 0, G_OPTION_ARG_INT, NULL, NULL, NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	{"all", 'a', 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	{NULL},
};
static const GOptionEntry more[] = {
	{"domain", 'D', 0, G_OPTION_ARG_STRING, NULL, NULL, NULL},
	{"domains", 0, 0, G_OPTION_ARG_STRING, NULL, NULL, NULL},
	{"database", 'd', 0, G_OPTION_ARG_STRING, NULL, NULL, NULL},
	{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING, NULL, NULL, NULL},
	{NULL},
};
static const GOptionEntry *const tables[] = {some, more, NULL};

/* Words separated by "|", and what they become or why not. */
static const struct {
	const char *words;
	bool first;
	const char *split;
	const char *error;
} cases[] = {
	{"x", false, "x", NULL},
	{"x|-n1", false, "x|--limit=1", NULL},
	{"x|-n|1", false, "x|--limit=1", NULL},
	{"x|--limit|1", false, "x|--limit=1", NULL},
	{"x|--limit=1", false, "x|--limit=1", NULL},
	{"x|--limit=", false, "x|--limit=", NULL},
	{"x|-ja", false, "x|--json|--all", NULL},
	{"x|-jn1", false, "x|--json|--limit=1", NULL},
	{"x|-nj", false, "x|--limit=j", NULL},
	{"x|-n|-1", false, "x|--limit=-1", NULL},
	{"x|-dhost=a b=c", false, "x|--database=host=a b=c", NULL},
	{"x|-Da|y|-D|b", false, "x|--domain=a|y|--domain=b", NULL},
	{"x|-Da|y|-D|b", true, "x|--domain=a|y|-D|b", NULL},
	{"x|-|-j", false, "x|-|--json", NULL},
	{"x|-|-j", true, "x|-|-j", NULL},
	{"x|--|-j", false, "x|--|-j", NULL},
	{"x|--lim|1", false, "x|--limit=1", NULL},
	{"x|--domain|1", false, "x|--domain=1", NULL},
	{"x|--d|1", false, NULL, "--d may be one of several options"},
	{"x|-n", false, NULL, "--limit needs a value"},
	{"x|--limit", false, NULL, "--limit needs a value"},
	{"x|--json=secret", false, NULL, "--json takes no value"},
	{"x|--jsno=secret", false, NULL,
		"there is no option --jsno; nearest: --json"},
	{"x|--frob=secret", false, NULL, "there is no option --frob"},
	{"x|-xsecret", false, NULL, "there is no option -x"},
	{"x|--=secret", false, NULL, "there is no option --"},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = g_strsplit(cases[i].words, "|", -1);
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) split = option_words_split(
			words, tables, cases[i].first, &error);
		g_autofree char *joined =
			split != NULL ? g_strjoinv("|", split) : NULL;

		if (g_strcmp0(joined, cases[i].split) != 0 ||
			g_strcmp0(error != NULL ? error->message : NULL,
				cases[i].error) != 0)
			fail_msg("%s: %s %s", cases[i].words, joined,
				error != NULL ? error->message : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
