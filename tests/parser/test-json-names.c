/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/json-names.h"

#include <string.h>

#include "tests/test.h"

/* `shortened` is NULL where the text stays as it is. */
static const struct {
	const char *text;
	const char *shortened;
} cases[] = {
	{"{\"result-type\":1}", "{\"\x7f"
				"a\":1}"},
	{"{\"sending-mta-ip\":1,\"receiving-mx-hostname\":2,"
	 "\"receiving-mx-helo\":3}",
		"{\"\x7f"
		"b\":1,\"\x7f"
		"c\":2,\"\x7f"
		"d\":3}"},
	{"{\"receiving-ip\" \r\n\t: 1,\"failed-session-count\":2}",
		"{\"\x7f"
		"e\" \r\n\t: 1,\"\x7f"
		"f\":2}"},
	{"[{\"additional-information\":\"a:b\"},"
	 "{\"failure-reason-code\":\"\"}]",
		"[{\"\x7f"
		"g\":\"a:b\"},{\"\x7f"
		"h\":\"\"}]"},
	{"{\"a\":{\"result-type\":{\"result-type\":1}}}", "{\"a\":{\"\x7f"
							  "a\":{\"\x7f"
							  "a\":1}}}"},
	{"{\"a\":\"\\/\",\"result-type\":1}", "{\"a\":\"\\/\",\"\x7f"
					      "a\":1}"},
	/* Within a string, or a part of one. */
	{"{\"a\\\"result-type\":1}", NULL},
	{"{\"a\":\"result-type\"}", NULL},
	{"{\"a\":\"\\\"result-type\\\":\"}", NULL},
	{"{\"x-result-type\":1,\"result-types\":1}", NULL},
	{"{\"Result-Type\":1}", NULL},
	/* Could be taken for a short name, or be the name once more. */
	{"{\"\x7f"
	 "a\":1,\"result-type\":1}",
		NULL},
	{"{\"\\u007fa\":1,\"result-type\":1}", NULL},
	{"{\"\\\\u\":1,\"result-type\":1}", "{\"\\\\u\":1,\"\x7f"
					    "a\":1}"},
	/* No JSON. */
	{"", NULL},
	{":", NULL},
	{"\"result-type\":", NULL},
	{"result-type\":", NULL},
	{"{\"result-type\"", NULL},
	{"{\"result-type\":\\", NULL},
	{"::\"result-type\"::", "::\"\x7f"
				"a\"::"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		/* A copy of that size shows what reads beyond it. */
		g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
		g_autoptr(GBytes) shortened = json_names_shorten(bytes);
		g_autofree char *copy = NULL;
		g_autofree char *restored = NULL;

		if ((shortened == NULL) != (cases[i].shortened == NULL))
			fail_msg("%s", text);
		if (shortened == NULL)
			continue;
		copy = g_strndup(g_bytes_get_data(shortened, NULL),
			g_bytes_get_size(shortened));
		assert_string_equal(copy, cases[i].shortened);
		restored = json_names_restore(copy);
		assert_string_equal(restored, text);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(json_names_get("\x7f"
					   "a"),
		"result-type");
	assert_string_equal(json_names_get("\x7f"
					   "h"),
		"failure-reason-code");
	assert_string_equal(json_names_get("a"), "a");
	assert_string_equal(json_names_get(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
