/* SPDX-License-Identifier: BSD-2-Clause */
/* A file name, and the names inside it. */
#include <glib.h>

#include "parser/address.h"
#include "parser/filename.h"
#include "parser/quote.h"
#include "parser/type-name.h"
#include "tests/fuzz/fuzz.h"

/* A canonical domain is its own canonical form. */
static void check_domain(const char *text)
{
	g_autofree char *domain = address_canonical_domain(text);
	g_autofree char *again = NULL;

	if (domain == NULL)
		return;
	again = address_canonical_domain(domain);
	g_assert_cmpstr(domain, ==, again);
}

static void check_address(const char *text)
{
	char address[ADDRESS_SIZE];
	char again[ADDRESS_SIZE];

	if (!address_canonical(text, address))
		return;
	g_assert_true(address_canonical(address, again));
	g_assert_cmpstr(address, ==, again);
}

static void check_type(const char *text)
{
	g_autofree char *type = type_name_make_canonical(text);
	g_autofree char *again = type_name_make_canonical(type);

	g_assert_cmpstr(type, ==, again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *quoted = quote_text((const char *)data, size, 64);
	g_autofree char *bytes = g_strndup((const char *)data, size);
	g_autofree char *text = g_utf8_make_valid(bytes, -1);

	g_assert_true(g_utf8_validate(quoted, -1, NULL));
	check_domain(text);
	check_address(text);
	check_type(text);
	g_free(filename_get_policy_domain(text));
	g_free(address_get_domain(text));
	filename_get_begin(text);
	filename_is_report(text);
	filename_is_archive(text);
	return 0;
}
