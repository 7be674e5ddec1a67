/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "milter/recipient.h"
#include "tests/test.h"

enum {
	HOSTILE_SIZE = 10000,
};

static const char *const addresses[] = {
	"tls-reports@example.com",
	"TLS+Fixed@Example.COM",
	"@example.net",
	"\"two words\"@example.com",
	"\"a@b\"@example.com",
	"m\u00fcller@example.com",
	"rua@m\u00fcnchen.example",
	NULL,
};

/* How clients spell RCPT, and whether that is one of the addresses; the
 * delimiters are "+=". */
static const struct {
	const char *argument;
	bool matches;
} spellings[] = {
	{"<tls-reports@example.com>", true},
	{"tls-reports@example.com", true},
	{"<TLS-Reports@Example.Com>", true},
	{"< tls-reports@example.com >", true},
	{" \ttls-reports@example.com", true},
	{"<tls-reports@example.com.>", true},
	{"<\"tls-reports\"@example.com>", true},
	{"<\"tls\"-\"reports\"@example.com>", true},
	{"<\"tls\\-reports\"@example.com>", true},
	{"<tls\\-reports@example.com>", true},
	{"<tls-reports(comment)@example.com>", true},
	{"<(a (nested \\) one) @ >)tls-reports@example.com(b)>", true},
	{"<@relay.example:tls-reports@example.com>", true},
	{"<@a.example,@b.example:tls-reports@example.com>", true},
	{"<TLS reports <tls-reports@example.com>>", true},

	/* Extensions, also of an address that has the delimiter. */
	{"<tls-reports+google@example.com>", true},
	{"<tls-reports=google+x@example.com>", true},
	{"<\"tls-reports+a b\"@example.com>", true},
	{"<tls-reports+@example.com>", true},
	{"<tls@example.com>", false},
	{"<tls+fixed@example.com>", true},
	{"<tls+other@example.com>", false},
	{"<+tls-reports@example.com>", false},

	/* Every address of a domain, not of those below or beside it. */
	{"<anyone@example.net>", true},
	{"<\"any one\"@EXAMPLE.NET.>", true},
	{"<@relay.example:anyone@example.net>", true},
	{"<anyone@sub.example.net>", false},
	{"<anyone@notexample.net>", false},
	{"<anyone@example.net.example>", false},

	/* Other quoted and international local parts. */
	{"<\"two words\"@example.com>", true},
	{"<\"TWO WORDS\"@example.com>", true},
	{"<\"two  words\"@example.com>", false},
	{"<\"a@b\"@example.com>", true},
	{"<\"a\\@b\"@example.com>", true},
	{"<a\\@b@example.com>", true},
	{"<a@b@example.com>", false},
	{"<m\u00fcller@example.com>", true},
	{"<M\u00dcLLER@example.com>", true},
	/* U and a combining diaeresis. */
	{"<MU\u0308LLER@example.com>", true},
	{"<muller@example.com>", false},
	{"<rua@M\u00dcNCHEN.example>", true},

	/* Someone else, or nobody. */
	{"<other@example.com>", false},
	{"<tls-reports@example.org>", false},
	{"<xtls-reports@example.com>", false},
	{"<tls-reports>", false},
	{"<postmaster>", false},
	{"<user@[127.0.0.1]>", false},
	{"<>", false},
	{"", false},
	{"@", false},
	{"<@>", false},

	/* Separators that were quoted separate nothing. */
	{"<\"tls-reports@example.com\">", false},
	{"<\"tls-reports@example.com\"@example.org>", false},
	{"<tls-reports\\@example.com>", false},
	{"<\"x@example.net\">", false},
	{"<\"@x:tls-reports\"@example.com>", false},
	{"<(tls-reports@example.com)>", false},

	/* Not well-formed. */
	{"<\"tls-reports@example.com>", false},
	{"<tls-reports\"@example.com>", false},
	{"<tls-reports@example.com\\", false},
	{"\\", false},
	{"\"", false},
	{"(", false},
	{"<tls-reports(@example.com>", false},
	{"<tls-reports)@example.com>", true},
	{"<tls-reports\377@example.com>", false},
	{"<\377\376@example.org>", false},
	{"<@relay.example>", false},
	{"<@relay.example:>", false},
	{"<tls-reports@>", false},
};

static void test_spellings(void **state)
{
	g_autoptr(RecipientMatcher) matcher =
		recipient_matcher_new(addresses, "+=");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
		if (recipient_matcher_contains(matcher,
			    spellings[i].argument) != spellings[i].matches)
			fail_msg("%s is wrong", spellings[i].argument);
	}
}

static const struct {
	const char *delimiters;
	const char *argument;
	bool matches;
} extensions[] = {
	{"", "<tls-reports@example.com>", true},
	{"", "<tls-reports+a@example.com>", false},
	{"+", "<tls-reports+a@example.com>", true},
	{"+", "<tls-reports-a@example.com>", false},
	{"+", "<tls-reports@example.com+a>", false},
	{"=+", "<tls-reports+a=b@example.com>", true},
	{"=+", "<tls-reports=a+b@example.com>", true},
	/* What comes before the first delimiter is "tls". */
	{"-", "<tls-reports-a@example.com>", false},
};

static void test_extensions(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
		g_autoptr(RecipientMatcher) matcher = recipient_matcher_new(
			addresses, extensions[i].delimiters);

		if (recipient_matcher_contains(matcher,
			    extensions[i].argument) != extensions[i].matches)
			fail_msg("%s with \"%s\" is wrong",
				extensions[i].argument,
				extensions[i].delimiters);
	}
}

static const struct {
	const char *argument;
	const char *address;
} bare_addresses[] = {
	{"", ""},
	{"<>", ""},
	{"< >", ""},
	{"<A.b@Example.Com>", "A.b@Example.Com"},
	{"A.b@Example.Com", "A.b@Example.Com"},
	{"< a@b.example >", "a@b.example"},
	{"<a(x)@(y)b.example>", "a@b.example"},
	{"<\"a\"@b.example>", "a@b.example"},
	{"<\"a b\"@b.example>", "a b@b.example"},
	{"<\"(a)<b>\"@b.example>", "(a)<b>@b.example"},
	{"<\"a\\\"b\\\\\"@b.example>", "a\"b\\@b.example"},
	{"<\"a@b\"@b.example>", "a\ufffdb@b.example"},
	{"<@c.example,@d.example:a@b.example>", "a@b.example"},
	{"<Name <a@b.example>>", "a@b.example"},
	{"<postmaster>", "postmaster"},
	{"<u@[IPv6:::1]>", "u@[IPv6:::1]"},
};

static void test_bare_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bare_addresses); i++) {
		g_autofree char *address =
			recipient_get_address(bare_addresses[i].argument);

		assert_string_equal(address, bare_addresses[i].address);
	}
}

/* What a hostile client may repeat until its line is full, before an address
 * that matches as it stands. */
static const struct {
	const char *piece;
	bool matches;
} floods[] = {
	{"a", false},
	{"@", false},
	{"\"", true},
	{"(", false},
	{")", true},
	{"()", true},
	{"\\", false},
	{"<", true},
	{" ", true},
	{"+", false},
	{"@a:", false},
	{"@a,", false},
	{"\377", false},
	{"\u0308", false},
	{"%n%s", false},
};

static void test_floods(void **state)
{
	g_autoptr(RecipientMatcher) matcher =
		recipient_matcher_new(addresses, "+");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(floods); i++) {
		g_autoptr(GString) argument = g_string_new("<");

		for (int count = 0; count < HOSTILE_SIZE; count++)
			g_string_append(argument, floods[i].piece);
		g_string_append(argument, "tls-reports@example.com>");
		if (recipient_matcher_contains(matcher, argument->str) !=
			floods[i].matches)
			fail_msg("%s many times is wrong", floods[i].piece);
	}
}

static void test_long_extension(void **state)
{
	g_autoptr(RecipientMatcher) matcher =
		recipient_matcher_new(addresses, "+");
	g_autofree char *extension = g_strnfill(HOSTILE_SIZE, 'x');
	g_autofree char *argument =
		g_strdup_printf("<tls-reports+%s@example.com>", extension);

	(void)state;
	assert_true(recipient_matcher_contains(matcher, argument));
}

static void test_no_addresses(void **state)
{
	static const char *const none[] = {NULL};
	g_autoptr(RecipientMatcher) matcher = recipient_matcher_new(none, "+");

	(void)state;
	assert_false(recipient_matcher_contains(
		matcher, "<tls-reports@example.com>"));
	assert_false(recipient_matcher_contains(matcher, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_bare_addresses),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_long_extension),
		cmocka_unit_test(test_no_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
