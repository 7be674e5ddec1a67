/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/error.h"
#include "tests/test.h"

/* Every code has a word of its own, for the log and the quarantine. */
static void test_reasons(void **state)
{
	(void)state;
	for (int i = 0; i <= PARSER_ERROR_NOTHING_FOUND; i++) {
		const char *reason = parser_error_reason((ParserErrorCode)i);

		assert_non_null(reason);
		assert_string_not_equal(reason, "unknown");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(reason,
				parser_error_reason((ParserErrorCode)j));
	}
	assert_string_equal(
		parser_error_reason((ParserErrorCode)999), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
