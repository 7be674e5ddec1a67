/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/parser.h"
#include "tests/fuzz/fuzz.h"

static void init_once(void)
{
	static bool done;

	if (!done)
		parser_init();
	done = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ParseLimits limits = PARSE_LIMITS_DEFAULT;

	init_once();
	limits.report_size = (size_t)1 << 20;
	parsed_message_free(parser_parse_message(
		data, size, &limits, INT64_C(1769904000), NULL));
	return 0;
}
