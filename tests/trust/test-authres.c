/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/test.h"
#include "trust/authres.h"

/* `results` are the dkim results as "RESULT DOMAIN SELECTOR SIGNATURE", each
 * with ";" behind it; NULL where the field must be refused. */
static const struct {
	const char *value;
	const char *authserv_id;
	const char *results;
} cases[] = {
	{"mx.example.com; none", "mx.example.com", ""},
	{"mx.example.com;", "mx.example.com", ""},
	{"mx.example.com", "mx.example.com", ""},
	{"mx.example.com 1; none", "mx.example.com", ""},
	{"mx.example.com 2; none", NULL, NULL},
	{"\"mx.example.com\"; none", "mx.example.com", ""},
	{"mx.example.com/4XyZ12; none", "mx.example.com", ""},
	{"/4XyZ12; none", NULL, NULL},
	{"; none", NULL, NULL},
	{"", NULL, NULL},
	{"mx.example.com;\n\tdkim=pass (2048-bit key; unprotected) "
	 "header.d=Reporter.example header.i=@reporter.example\n\t"
	 "header.a=rsa-sha256 header.s=s1 header.b=\"Ab+/9=\"",
		"mx.example.com", "pass reporter.example s1 Ab+/9=;"},
	{"mx.example.com; dkim=fail reason=\"not an e-mail key\" "
	 "header.d=a.example; dkim=PASS header.d=b.example",
		"mx.example.com", "other a.example - -;pass b.example - -;"},
	{"mx.example.com; dkim=temperror header.d=a.example", "mx.example.com",
		"temperror a.example - -;"},
	{"mx.example.com; spf=pass smtp.mailfrom=\"a b\"@c.example; "
	 "dkim=none",
		"mx.example.com", "other - - -;"},
	{"(a (nested) comment) mx.example.com; (b)dkim(c)=(d)pass (e\\)) "
	 "header.d=a.example",
		"mx.example.com", "pass a.example - -;"},
	/* The example of RFC 8601 appendix B.7. */
	{"foobar.example.net (foobar) 1 (baz);\n"
	 "    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n"
	 "      policy (A dot can go here) . (like that) expired\n"
	 "      (this surprised me) = (as I wasn't expecting it) 1362471462",
		"foobar.example.net", "other - - -;"},
	{"mx.example.com; dkim/2=pass header.d=a.example", "mx.example.com",
		""},
	{"mx.example.com; dkim=pass body.d=a.example", "mx.example.com",
		"pass - - -;"},
	/* What one reader takes for a comment another takes for a domain. */
	{"mx.example.com; dkim=pass header.d=a.example(.b.example", NULL, NULL},
	{"mx.example.com; dkim=pass header.d=a.example(x)", NULL, NULL},
	{"mx.example.com; dkim=pass header.d=\"a.example;b\"", "mx.example.com",
		"pass - - -;"},
	{"mx.example.com; dkim=pass header.d=a.example header.d=b.example",
		"mx.example.com", "pass - - -;"},
	{"mx.example.com; dkim=pass header.d=.example", "mx.example.com",
		"pass - - -;"},
	{"mx.example.com; dkim=pass header.s=a header.s=b header.b=c "
	 "header.b=d",
		"mx.example.com", "pass - a c;"},
	{"mx.example.com; none; dkim=pass", NULL, NULL},
	{"mx.example.com; dkim", NULL, NULL},
	{"mx.example.com; dkim=", NULL, NULL},
	{"mx.example.com; dkim=pass header.", NULL, NULL},
	{"mx.example.com; dkim=pass header.d", NULL, NULL},
	{"mx.example.com; dkim=pass header.d=", NULL, NULL},
	{"mx.example.com; dkim=pass reason=\"open", NULL, NULL},
	{"mx.example.com; dkim=pass reason=\"open\\", NULL, NULL},
	{"mx.example.com; dkim=pass (open", NULL, NULL},
	{"mx.example.com; dkim=pass (open\\", NULL, NULL},
	{"mx.example.com; =pass", NULL, NULL},
	{"mx.example.com dkim=pass", NULL, NULL},
	{"mx.example.com; dkim=pass, dkim=pass", NULL, NULL},
};

static void write_result(GString *text, const AuthresDkim *dkim)
{
	static const char *const words[] = {
		[AUTHRES_OTHER] = "other",
		[AUTHRES_PASS] = "pass",
		[AUTHRES_TEMPERROR] = "temperror",
	};

	g_string_append_printf(text, "%s %s %s %s;", words[dkim->result],
		dkim->domain != NULL ? dkim->domain : "-",
		dkim->selector != NULL ? dkim->selector : "-",
		dkim->signature != NULL ? dkim->signature : "-");
}

static void check_case(const char *value, const char *id, const char *results)
{
	g_autoptr(Authres) authres = authres_parse(value);
	g_autoptr(GString) text = g_string_new(NULL);

	if ((authres != NULL) != (results != NULL))
		fail_msg("%s: %s", value,
			authres != NULL ? "accepted" : "refused");
	if (authres == NULL)
		return;
	assert_string_equal(authres->authserv_id, id);
	for (guint i = 0; i < authres->dkim->len; i++)
		write_result(text, authres->dkim->pdata[i]);
	assert_string_equal(text->str, results);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check_case(
			cases[i].value, cases[i].authserv_id, cases[i].results);
}

static void test_identity(void **state)
{
	g_autoptr(Authres) authres = authres_parse("MX.example.com/ab; none");

	(void)state;
	assert_true(authres_is_from(authres, "mx.EXAMPLE.com"));
	assert_false(authres_is_from(authres, "mx.example.co"));
	assert_false(authres_is_from(authres, "mx.example.com.test"));
	assert_false(authres_is_from(authres, "x.example.com"));
	assert_false(authres_is_from(authres, ""));
}

/* `count` times `piece` behind an identifier. */
static Authres *parse_many(const char *start, const char *piece, size_t count)
{
	g_autoptr(GString) text = g_string_new(start);

	for (size_t i = 0; i < count; i++)
		g_string_append(text, piece);
	return authres_parse(text->str);
}

/* A comment within comments, so many in all. */
static void check_comments(size_t depth, bool accepted)
{
	g_autofree char *open = g_strnfill(depth, '(');
	g_autofree char *closed = g_strnfill(depth, ')');
	g_autofree char *value = g_strconcat("id ", open, closed, NULL);
	g_autoptr(Authres) authres = authres_parse(value);

	assert_int_equal(authres != NULL, accepted);
}

static void test_bounds(void **state)
{
	g_autoptr(Authres) most =
		parse_many("id", "; dkim=none", AUTHRES_RESULTS_MAX);
	g_autoptr(Authres) longest =
		parse_many("id", " ", AUTHRES_SIZE_MAX - strlen("id"));

	(void)state;
	check_comments(16, true);
	check_comments(17, false);
	assert_non_null(longest);
	assert_int_equal(most->dkim->len, AUTHRES_RESULTS_MAX);
	assert_null(parse_many("id", "; dkim=none", AUTHRES_RESULTS_MAX + 1));
	assert_null(parse_many("id", " ", AUTHRES_SIZE_MAX - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
