/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of small texts: all of them over the same input. */
#include <string.h>

#include "parser/address.h"
#include "parser/filename.h"
#include "parser/policy-string.h"
#include "parser/policy-type.h"
#include "parser/quote.h"
#include "parser/timestamp.h"
#include "tests/fuzz/fuzz.h"

static void read_policy(const char *text)
{
	g_auto(GStrv) lines = policy_string_split(text);
	g_auto(PolicySts) sts = {0};
	PolicyTlsa tlsa;

	policy_string_parse_sts((const char *const *)lines, &sts);
	if (lines[0] != NULL)
		policy_string_parse_tlsa(lines[0], &tlsa);
}

static void read_timestamp(const char *text)
{
	TimestampForm form;
	int64_t seconds;
	int64_t again;
	char written[TIMESTAMP_SIZE];

	if (!timestamp_parse(text, &seconds, &form))
		return;
	timestamp_format(seconds, written);
	g_assert_true(timestamp_parse(written, &again, &form));
	g_assert_cmpint(again, ==, seconds);
}

static void read_names(const char *text)
{
	char address[ADDRESS_SIZE];
	g_autofree char *domain = address_canonical_domain(text);
	g_autofree char *mailbox = address_get_domain(text);
	g_autofree char *file = filename_get_policy_domain(text);
	g_autofree char *type = policy_type_canonical_name(text);
	g_autofree char *again = NULL;

	if (domain != NULL)
		again = address_canonical_domain(domain);
	g_assert_cmpstr(domain, ==, again);
	address_canonical(text, address);
	filename_is_report(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *quoted = quote_text((const char *)data, size, 64);
	g_autofree char *bytes = g_strndup((const char *)data, size);
	g_autofree char *text = g_utf8_make_valid(bytes, -1);

	g_assert_true(g_utf8_validate(quoted, -1, NULL));
	read_policy(text);
	read_timestamp(text);
	read_names(text);
	return 0;
}
