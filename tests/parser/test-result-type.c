/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "parser/error.h"
#include "parser/result-type.h"
#include "tests/test.h"

/* RFC 8460 section 4.3, all that is registered. */
static const struct {
	const char *name;
	const char *category;
} registered[] = {
	{"starttls-not-supported", "negotiation"},
	{"certificate-host-mismatch", "negotiation"},
	{"certificate-expired", "negotiation"},
	{"certificate-not-trusted", "negotiation"},
	{"validation-failure", "negotiation"},
	{"tlsa-invalid", "dane"},
	{"dnssec-invalid", "dane"},
	{"dane-required", "dane"},
	{"sts-policy-fetch-error", "mta-sts"},
	{"sts-policy-invalid", "mta-sts"},
	{"sts-webpki-invalid", "mta-sts"},
};

static void check_text(const char *text)
{
	assert_true(strlen(text) > 10);
	assert_null(strstr(text, "  "));
	assert_true(g_ascii_isupper(text[0]));
}

static void test_all_are_explained(void **state)
{
	size_t count;
	const ResultTypeInfo *infos = result_type_get_all(&count);

	(void)state;
	assert_int_equal(count, G_N_ELEMENTS(registered));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(infos[i].name, registered[i].name);
		assert_string_equal(infos[i].category, registered[i].category);
		assert_ptr_equal(
			result_type_get_info(registered[i].name), &infos[i]);
		check_text(infos[i].title);
		check_text(infos[i].explanation);
		check_text(infos[i].remedy);
	}
}

static void test_unknown(void **state)
{
	(void)state;
	assert_null(result_type_get_info("Certificate-Expired"));
	assert_null(result_type_get_info(""));
}

static void test_severities(void **state)
{
	(void)state;
	assert_string_equal(
		result_type_severity_name(RESULT_TYPE_WARNING), "warning");
	assert_string_equal(
		result_type_severity_name(RESULT_TYPE_CRITICAL), "critical");
	assert_int_equal(result_type_get_info("certificate-expired")->severity,
		RESULT_TYPE_CRITICAL);
}

static void test_reasons_differ(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (int code = 0; code <= PARSER_ERROR_TOO_MANY_PARTS; code++) {
		const char *reason = parser_error_reason((ParserErrorCode)code);

		assert_non_null(reason);
		assert_true(g_hash_table_add(seen, (void *)(uintptr_t)reason));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_explained),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_severities),
		cmocka_unit_test(test_reasons_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
