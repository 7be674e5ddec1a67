/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "parser/timestamp.h"
#include "tests/test.h"

static const struct {
	const char *text;
	int64_t seconds;
	TimestampForm form;
} good[] = {
	{"1970-01-01T00:00:00Z", 0, TIMESTAMP_EXACT},
	{"2026-01-20T00:00:00Z", 1768867200, TIMESTAMP_EXACT},
	{"2026-01-20t23:59:59z", 1768953599, TIMESTAMP_EXACT},
	{"2026-01-20 23:59:59Z", 1768953599, TIMESTAMP_EXACT},
	{"2026-01-20T23:59:59.999Z", 1768953599, TIMESTAMP_EXACT},
	{"2026-01-20T24:00:00Z", 1768953600, TIMESTAMP_EXACT},
	{"2026-01-20T23:59:60Z", 1768953600, TIMESTAMP_EXACT},
	{"2026-01-20T01:00:00+01:00", 1768867200, TIMESTAMP_EXACT},
	{"2026-01-19T14:30:00-09:30", 1768867200, TIMESTAMP_EXACT},
	{"2024-02-29T00:00:00Z", 1709164800, TIMESTAMP_EXACT},
	{"9999-12-31T23:59:59Z", 253402300799, TIMESTAMP_EXACT},
	{"2026-01-20T01:00:00+0100", 1768867200, TIMESTAMP_EXACT},
	{"2026-01-20T00:00:00", 1768867200, TIMESTAMP_NO_ZONE},
	{"2026-01-20", 1768867200, TIMESTAMP_NO_TIME},
	{"1768867200", 1768867200, TIMESTAMP_UNIX},
	{"1768867200.75", 1768867200, TIMESTAMP_UNIX},
	{"100000000", 100000000, TIMESTAMP_UNIX},
	{"99999999999", 99999999999, TIMESTAMP_UNIX},
};

static const char *const bad[] = {
	"",
	"2026",
	"2026-01",
	"2026-01-20T",
	"2026-01-20TZ",
	"2026-01-20Z",
	"2026-1-20T00:00:00Z",
	"20260120T000000Z",
	"2026-W04-2T00:00:00Z",
	"2026-02-29T00:00:00Z",
	"2026-13-01T00:00:00Z",
	"2026-01-20T25:00:00Z",
	"2026-01-20T24:00:01Z",
	"2026-01-20T00:60:00Z",
	"2026-01-20T00:00:61Z",
	"2026-01-20T00:00:00.Z",
	"2026-01-20T00:00:00+1:00",
	"2026-01-20T00:00:00+24:00",
	"2026-01-20T00:00:00Zx",
	" 2026-01-20T00:00:00Z",
	"2026-01-20T00:00:00+010",
	"20260120",
	"176886720000",
	"1768867200Z",
	"1768867200.7.5",
	"-1768867200",
	"1969-12-31T23:59:59Z",
	"1970-01-01T00:00:00+01:00",
	"9999-12-31T23:59:59-01:00",
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		int64_t seconds;
		TimestampForm form;

		if (!timestamp_parse(good[i].text, &seconds, &form))
			fail_msg("%s is refused", good[i].text);
		assert_int_equal(seconds, good[i].seconds);
		assert_int_equal(form, good[i].form);
	}
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		int64_t seconds;
		TimestampForm form;

		if (timestamp_parse(bad[i], &seconds, &form))
			fail_msg("%s is taken", bad[i]);
	}
}

static void test_written_is_read(void **state)
{
	(void)state;
	for (int64_t seconds = 0; seconds < 253402300800; seconds += 86399999) {
		char text[TIMESTAMP_SIZE];
		int64_t again;
		TimestampForm form;

		timestamp_format(seconds, text);
		assert_true(timestamp_parse(text, &again, &form));
		assert_int_equal(again, seconds);
		assert_int_equal(form, TIMESTAMP_EXACT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
