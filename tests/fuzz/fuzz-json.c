/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/parser.h"
#include "parser/report-json.h"
#include "parser/report-write.h"
#include "tests/fuzz/fuzz.h"

static void init_once(void)
{
	static bool done;

	if (!done)
		parser_init();
	done = true;
}

static Report *parse(const void *text, size_t size)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	const ReportHints hints = {.policy_domain = "example.com"};
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, size);
	bool is_report;

	return report_json_parse(
		bytes, &limits, &hints, INT64_C(1769904000), &is_report, NULL);
}

/* What is accepted must survive being written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Report) first = NULL;
	g_autoptr(Report) second = NULL;
	g_autofree char *written = NULL;
	g_autofree char *again = NULL;

	init_once();
	first = parse(data, size);
	if (first == NULL)
		return 0;
	written = report_write_json(first);
	second = parse(written, strlen(written));
	g_assert_nonnull(second);
	again = report_write_json(second);
	g_assert_cmpstr(written, ==, again);
	return 0;
}
