/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/html-index.h"
#include "cli/html.h"
#include "tests/test.h"

static const char data_begin[] =
	"<script type=\"application/json\" id=\"data\">";

/* What a text of JSON is in the page. */
static const struct {
	const char *json;
	const char *data;
} cases[] = {
	{"{}\n", "{}\n"},
	{"\"</script><script>\"",
		"\"\\u003c/script\\u003e\\u003cscript\\u003e\""},
	{"\"<!-- &lt;\"", "\"\\u003c!-- \\u0026lt;\""},
	{"\"\u2028\u2029\u2027\"", "\"\\u2028\\u2029\u2027\""},
	{"\"\\\"\\\\ \u00fc\"", "\"\\\"\\\\ \u00fc\""},
	/* What has a meaning in the page has none in the data. */
	{"\"@DATA@@SCRIPT@@SCRIPT_HASH@\"", "\"@DATA@@SCRIPT@@SCRIPT_HASH@\""},
};

static char *write_page(const char *json, bool shares)
{
	const HtmlStyle style = {"A <b> title", shares};
	g_autoptr(HtmlFrame) frame = html_frame_new(&style, NULL);

	assert_non_null(frame);
	return html_write(frame, json);
}

/* The text from behind `begin` to before `end`; the caller frees it. */
static char *cut(const char *page, const char *begin, const char *end)
{
	const char *start = strstr(page, begin);

	assert_non_null(start);
	start += strlen(begin);
	assert_non_null(strstr(start, end));
	return g_strndup(start, (size_t)(strstr(start, end) - start));
}

static void test_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *page = write_page(cases[i].json, false);
		g_autofree char *data = cut(page, data_begin, "</script>");

		assert_string_equal(data, cases[i].data);
	}
}

static void assert_allowed(
	const char *page, const char *directive, const char *part)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *hash = NULL;
	g_autofree char *expected = NULL;
	uint8_t digest[32];
	size_t length = sizeof(digest);

	g_checksum_update(checksum, (const uint8_t *)part, -1);
	g_checksum_get_digest(checksum, digest, &length);
	hash = g_base64_encode(digest, length);
	expected = g_strdup_printf("%s 'sha256-%s';", directive, hash);
	assert_non_null(strstr(page, expected));
}

/* Nothing but what is in the page may run. */
static void test_policy(void **state)
{
	g_autofree char *page = write_page("{}", false);
	g_autofree char *script = cut(page, "<script>", "</script>");
	g_autofree char *style = cut(page, "<style>", "</style>");

	(void)state;
	assert_non_null(strstr(page, "default-src 'none';"));
	assert_null(strstr(page, "unsafe"));
	assert_allowed(page, "script-src", script);
	assert_allowed(page, "style-src", style);
}

static void test_places(void **state)
{
	static const char *const absent[] = {"@DATA@", "@SCRIPT@", "@STYLE@",
		"@VERSION@", "_HASH@", " src=", "@import"};
	g_autofree char *page = write_page("{}", false);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(absent); i++)
		assert_null(strstr(page, absent[i]));
	assert_non_null(strstr(page, "tlsreport " PACKAGE_VERSION));
	/* The licence of uPlot asks for it. */
	assert_non_null(strstr(page, "The MIT License (MIT)"));
}

/* What is shared is known by its hash, and nothing else is loaded. */
static void test_shared(void **state)
{
	g_autofree char *page = write_page("{}", true);
	g_autofree char *path = html_make_path(HTML_SCRIPT);
	g_autofree char *hash = html_make_hash(HTML_SCRIPT);
	g_autofree char *script = g_strdup_printf(
		"<script src=\"%s\" integrity=\"%s\"></script>", path, hash);
	g_autofree char *source = g_strdup_printf("script-src '%s';", hash);

	(void)state;
	assert_non_null(strstr(page, script));
	assert_non_null(strstr(page, source));
	assert_non_null(strstr(page, "default-src 'none';"));
	assert_null(strstr(page, "<script>"));
	assert_null(strstr(page, "<style>"));
	assert_null(strstr(page, "unsafe"));
	assert_non_null(strstr(page, "<title>A &lt;b&gt; title</title>"));
}

static void test_names(void **state)
{
	static const char *const plain[] = {
		"example.com", "a_b.example", "index.html"};
	static const char *const others[] = {"", "index", "../etc", "/etc",
		".hidden", "_sip", "a b", "A.example", "\n", "a\"b", "\u00fc"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
		g_autofree char *name = html_index_make_name(plain[i]);
		g_autofree char *expected =
			g_strconcat(plain[i], ".html", NULL);

		assert_string_equal(name, expected);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *name = html_index_make_name(others[i]);

		assert_int_equal(name[0], '_');
		assert_int_equal(strlen(name), 70);
		assert_int_equal(strspn(name + 1, "0123456789abcdef"), 64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
