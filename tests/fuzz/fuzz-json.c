/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/json-load.h"
#include "parser/json-names.h"
#include "parser/parser.h"
#include "parser/report-text.h"
#include "parser/report-write.h"
#include "tests/fuzz/fuzz.h"

enum {
	MEMORY = 256 << 20,
};

static void init_once(void)
{
	static bool done;

	if (!done)
		parser_init();
	done = true;
}

static GPtrArray *parse(const void *text, size_t size)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	const ReportHints hints = {
		.policy_domains = {"example.com"}, .period_start = -1};
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, size);

	return report_text_parse_all(
		bytes, &limits, &hints, INT64_C(1769904000));
}

/* What is accepted must survive being written and read again. */
static void check_report(const Report *report)
{
	g_autofree char *written = report_write_json(report);
	g_autofree char *again = NULL;
	g_autoptr(GPtrArray) results = parse(written, strlen(written));
	const ReportTextResult *result = results->pdata[0];

	g_assert_cmpuint(results->len, ==, 1);
	g_assert_nonnull(result->report);
	again = report_write_json(result->report);
	g_assert_cmpstr(written, ==, again);
}

/* The first value as text, or NULL. */
static char *load(GBytes *json)
{
	gsize size;
	const char *text = g_bytes_get_data(json, &size);
	size_t used;
	g_autoptr(json_t) value =
		json_load_bytes(text, size, MEMORY, &used, NULL);

	return value != NULL ? json_load_to_text(value) : NULL;
}

/* Short names make neither more nor less of it valid, or another value. */
static void check_names(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
	g_autoptr(GBytes) shortened = json_names_shorten(bytes);
	g_autofree char *text = NULL;
	g_autofree char *with_short = NULL;
	g_autofree char *restored = NULL;

	if (shortened == NULL)
		return;
	text = load(bytes);
	with_short = load(shortened);
	if (with_short != NULL)
		restored = json_names_restore(with_short);
	g_assert_cmpstr(text, ==, restored);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) results = NULL;

	init_once();
	check_names(data, size);
	results = parse(data, size);
	g_assert_cmpuint(results->len, >, 0);
	for (guint i = 0; i < results->len; i++) {
		const ReportTextResult *result = results->pdata[i];

		g_assert_true(
			(result->report == NULL) == (result->error != NULL));
		if (result->report != NULL)
			check_report(result->report);
	}
	return 0;
}
