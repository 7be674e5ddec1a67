/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/address.h"
#include "tests/test.h"

/* NULL: not an address. */
static const struct {
	const char *text;
	const char *canonical;
} addresses[] = {
	{"192.0.2.1", "192.0.2.1"},
	{" 192.0.2.1\n", "192.0.2.1"},
	{"192.0.2.1:25", "192.0.2.1"},
	{"[192.0.2.1]", "192.0.2.1"},
	{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	{"2001:db8:abcd:0012::1", "2001:db8:abcd:12::1"},
	{"[2001:db8::1]:25", "2001:db8::1"},
	{"IPv6:2001:db8::1", "2001:db8::1"},
	{"[IPv6:2001:db8::1]", "2001:db8::1"},
	{"fe80::1%eth0", "fe80::1"},
	{"::ffff:192.0.2.1", "192.0.2.1"},
	{"", NULL},
	{"x.x.x.x", NULL},
	{"mx.example", NULL},
	{"192.0.2.256", NULL},
	{"192.0.02.1", NULL},
	{"192.0.2", NULL},
	{"192.0.2.1/24", NULL},
	{"2001:db8::g", NULL},
	{"[2001:db8::1", NULL},
};

static const struct {
	const char *text;
	const char *canonical;
} domains[] = {
	{"Example.COM.", "example.com"},
	{" example.com ", "example.com"},
	{"example.com . .", "example.com"},
	{"*.Example.com", "*.example.com"},
	{"_dmarc.example.com", "_dmarc.example.com"},
	{"B\303\234CHER.example", "xn--bcher-kva.example"},
	{"*.b\303\274cher.example", "*.xn--bcher-kva.example"},
	{"Z\323\200.example", "xn--z-c2b.example"},
	{"[IPv6:2001:db8::1]", "[ipv6:2001:db8::1]"},
	{"\303\274 \303\274.example", NULL},
	{"mx site.example", NULL},
	{"<b>example.com</b>", NULL},
	{"example.com'; --", NULL},
	{"a\033[2J.example", NULL},
	{"user@example.com", NULL},
	{"", NULL},
	{".", NULL},
};

/* Whether a text is like a host name, and whether it needs no quotes. */
static const struct {
	const char *text;
	bool is_host_name;
	bool is_plain;
} names[] = {
	{"mx1.example.com", true, true},
	{"_smtp._tls.example.com", true, true},
	{"xn--bcher-kva.example", true, true},
	{"*.example.com", false, true},
	{".example.com", false, true},
	{"", false, false},
	{"Example.com", false, false},
	{"b\303\274cher.example", false, false},
	{"[192.0.2.1]", false, false},
	{"example.com:25", false, false},
	{"example.com(.example.net", false, false},
	{"example com", false, false},
	{"example.com\n", false, false},
};

static const struct {
	const char *mailbox;
	const char *domain;
} mailboxes[] = {
	{"tls@Reporter.example", "reporter.example"},
	{"<tls@reporter.example>", "reporter.example"},
	{"\"a@b\"@reporter.example", "reporter.example"},
	{"reporter.example", NULL},
	{"tls@", NULL},
};

static void test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		char canonical[ADDRESS_SIZE];
		bool found = address_canonical(addresses[i].text, canonical);

		if (found != (addresses[i].canonical != NULL))
			fail_msg("%s: %d", addresses[i].text, found);
		if (found)
			assert_string_equal(canonical, addresses[i].canonical);
	}
}

static void check(const char *text, char *got, const char *wanted)
{
	if (g_strcmp0(got, wanted) != 0)
		fail_msg("%s became %s", text, got);
	g_free(got);
}

static void test_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(domains); i++) {
		const char *text = domains[i].text;

		check(text, address_canonical_domain(text),
			domains[i].canonical);
		if (address_is_canonical_domain(text) !=
			(g_strcmp0(text, domains[i].canonical) == 0 &&
				g_str_is_ascii(text)))
			fail_msg("%s is wrong", text);
	}
}

static void test_names(void **state)
{
	g_autofree char *longest = g_strnfill(253, 'x');
	g_autofree char *longer = g_strnfill(254, 'x');

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (address_is_host_name(names[i].text) !=
				names[i].is_host_name ||
			address_is_plain_domain(names[i].text) !=
				names[i].is_plain)
			fail_msg("%s is wrong", names[i].text);
	}
	assert_true(address_is_host_name(longest));
	assert_false(address_is_host_name(longer));
	assert_true(address_is_plain_domain(longer));
}

static void test_mailboxes(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(mailboxes); i++)
		check(mailboxes[i].mailbox,
			address_get_domain(mailboxes[i].mailbox),
			mailboxes[i].domain);
}

static void test_long_texts(void **state)
{
	g_autofree char *longest = g_strnfill(255, 'x');
	g_autofree char *longer = g_strnfill(256, 'x');
	g_autofree char *huge = g_strnfill(100000, '1');
	char canonical[ADDRESS_SIZE];

	(void)state;
	check(longest, address_canonical_domain(longest), longest);
	check(longer, address_canonical_domain(longer), NULL);
	assert_true(address_is_canonical_domain(longest));
	assert_false(address_is_canonical_domain(longer));
	check(huge, address_canonical_domain(huge), NULL);
	assert_false(address_canonical(huge, canonical));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
