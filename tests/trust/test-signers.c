/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/signers.h"

#include "tests/test.h"

/* `domains` signed, with a blank between them. */
static const struct {
	const char *domains;
	const char *reporter;
	const char *found;
} cases[] = {
	{"google.com", "google.com", "google.com"},
	{"google.com", "smtp-tls-reporting.bounces.google.com", "google.com"},
	{"evil.example google.com", "google.com", "google.com"},
	{"google.com mail.google.com", "x.mail.google.com", "mail.google.com"},
	{"mail.google.com google.com", "x.mail.google.com", "mail.google.com"},
	{"bbc.co.uk", "reports.bbc.co.uk", "bbc.co.uk"},
	{"xn--mnchen-3ya.example", "mail.xn--mnchen-3ya.example",
		"xn--mnchen-3ya.example"},
	{"", "google.com", NULL},
	{"google.com", NULL, NULL},
	{"google.com", "", NULL},
	/* Below or beside it is somebody else. */
	{"mail.google.com", "google.com", NULL},
	{"a.google.com", "b.google.com", NULL},
	{"l.example.com", "mail.example.com", NULL},
	{"oogle.com", "google.com", NULL},
	{"evilgoogle.com", "google.com", NULL},
	{"google.com.evil.example", "google.com", NULL},
	{"google.com", "google.com.evil.example", NULL},
	/* Who is above all of them speaks for none. */
	{"com", "google.com", NULL},
	{"co.uk", "bbc.co.uk", NULL},
	{"uk", "bbc.co.uk", NULL},
	{"github.io", "somebody.github.io", NULL},
	{"com", "com", NULL},
	{"co.uk", "co.uk", NULL},
	{".", "google.com", NULL},
};

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) domains = g_strsplit(cases[i].domains, " ", -1);
		const char *found = signers_find(domains, cases[i].reporter);

		if (g_strcmp0(found, cases[i].found) != 0)
			fail_msg("%s for %s: %s", cases[i].domains,
				cases[i].reporter, found);
	}
}

static void test_lists(void **state)
{
	const char *const earlier[] = {"a.example", "b.example", NULL};
	g_autoptr(Signers) none = signers_new_verified(NULL);
	g_autoptr(Signers) signers = signers_new_verified(earlier);

	(void)state;
	assert_null(none->verified[0]);
	assert_null(none->undecided[0]);
	signers_add_verified(signers, "a.example");
	signers_add_verified(signers, "c.example");
	signers_add_undecided(signers, "a.example");
	assert_int_equal(g_strv_length(signers->verified), 3);
	assert_string_equal(signers->verified[2], "c.example");
	assert_int_equal(g_strv_length(signers->undecided), 1);
	signers_drop_undecided(signers);
	assert_int_equal(g_strv_length(signers->undecided), 0);
	assert_int_equal(g_strv_length(signers->verified), 3);
}

static void test_bound(void **state)
{
	g_autoptr(Signers) signers = signers_new();

	(void)state;
	for (int i = 0; i < 2 * SIGNERS_MAX; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i);

		signers_add_verified(signers, domain);
	}
	assert_int_equal(g_strv_length(signers->verified), SIGNERS_MAX);
	assert_string_equal(signers->verified[0], "d0.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
