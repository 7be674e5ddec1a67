/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

#include "cli/alert/webhook-text.h"
#include "tests/test.h"

#define AT "@\342\200\213"
#define SHORTENED "[shortened: see tlsreport alert list]\n"

static const struct {
	const char *text;
	size_t most;
	WebhookEscape *escape;
	const char *wanted;
} lines[] = {
	{"", 0, webhook_text_plain, ""},
	{"a\nb\n", 4, webhook_text_plain, "a\nb\n"},
	{"a\nb", 4, webhook_text_plain, "a\nb\n"},
	{"a\n\nb\n", 9, webhook_text_plain, "a\n\nb\n"},
	{"a\nb\n", 3, webhook_text_plain, "a\n" SHORTENED},
	{"abc", 3, webhook_text_plain, SHORTENED},
	{"a\n<", 5, webhook_text_mrkdwn, "a\n" SHORTENED},
	{"@all <&> `\"", 99, webhook_text_plain, AT "all <&> `\"\n"},
	{"@all <&> `\"", 99, webhook_text_mrkdwn, AT "all &lt;&amp;&gt; '\"\n"},
	{"@all <&> `\"", 99, webhook_text_html,
		AT "all &lt;&amp;&gt; `&quot;\n"},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GString) out = g_string_new("before ");

		webhook_text_append_lines(
			out, lines[i].text, lines[i].most, lines[i].escape);
		assert_memory_equal(out->str, "before ", 7);
		assert_string_equal(out->str + 7, lines[i].wanted);
	}
}

static const struct {
	const char *text;
	size_t most;
	const char *wanted;
} cuts[] = {
	{"", 3, ""},
	{"abc", 3, "abc"},
	{"abcd", 3, "abc"},
	{"ab\303\244", 4, "ab\303\244"},
	{"ab\303\244", 3, "ab"},
	{"\360\237\224\222", 3, ""},
};

static void test_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_autofree char *got =
			webhook_text_cut(cuts[i].text, cuts[i].most);

		assert_string_equal(got, cuts[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
