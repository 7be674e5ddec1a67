/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/timestamp.h"
#include "tests/fuzz/fuzz.h"

/* What is read can be written, and read again as the same instant. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	TimestampForm form;
	int64_t seconds;
	int64_t again;
	char written[TIMESTAMP_SIZE];

	if (!timestamp_parse(text, &seconds, &form))
		return 0;
	timestamp_format(seconds, written);
	g_assert_true(timestamp_parse(written, &again, &form));
	g_assert_cmpint(form, ==, TIMESTAMP_EXACT);
	g_assert_cmpint(again, ==, seconds);
	return 0;
}
