/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/finding.h"
#include "tests/test.h"

/* A table in which each code stands once, with words for all that is shown. */
static void test_table(void **state)
{
	g_autoptr(GHashTable) codes =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)state;
	for (FindingCode code = 0; code < FINDING_COUNT; code++) {
		const FindingInfo *info = finding_get_info(code);

		assert_true(g_hash_table_add(codes, g_strdup(info->code)));
		assert_true(*info->remedy != '\0');
		assert_true(strspn(info->code, "abcdefghijklmnopqrstuvwxyz-") ==
			    strlen(info->code));
		assert_true(!info->rises || info->severity == FINDING_WARNING);
		assert_true(code == FINDING_DNS_UNREACHABLE ||
			    g_str_has_prefix(info->reference, "RFC "));
	}
}

static void test_order(void **state)
{
	static const struct {
		FindingCode code;
		const char *where;
	} sorted[] = {
		{FINDING_TLSA_MISMATCH, "c"},
		{FINDING_TLSRPT_MISSING, "a"},
		{FINDING_MX_TLS_OLD, "a"},
		{FINDING_MX_TLS_OLD, "b"},
		{FINDING_DNS_UNREACHABLE, "z"},
		{FINDING_STS_MISSING, "a"},
	};
	g_autoptr(GPtrArray) findings = finding_new_list();

	(void)state;
	for (size_t i = G_N_ELEMENTS(sorted); i > 0; i--)
		finding_add(
			findings, sorted[i - 1].code, sorted[i - 1].where, "x");
	finding_sort(findings);
	for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++) {
		const Finding *finding = findings->pdata[i];

		assert_int_equal(finding->code, sorted[i].code);
		assert_string_equal(finding->where, sorted[i].where);
	}
}

static void test_words(void **state)
{
	g_autoptr(GPtrArray) findings = finding_new_list();
	Finding *finding = finding_add(findings, FINDING_TLSRPT_MISSING,
		"_smtp._tls.example.com", "There is %s", "none");

	(void)state;
	finding_add_line(finding, "a. IN TXT \"%s\"", "b");
	assert_string_equal(finding->text,
		"There is none. Nobody sends reports about this domain.");
	assert_string_equal(
		finding->remedy, "Publish a TXT record:\na. IN TXT \"b\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
