/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "parser/error.h"
#include "parser/inflate.h"
#include "tests/test.h"

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static const struct {
	const uint8_t *data;
	size_t size;
	InflateKind kind;
} kinds[] = {
	{BYTES("\x1f\x8b\x08"), INFLATE_KIND_GZIP},
	{BYTES("\x1f\x8b"), INFLATE_KIND_GZIP},
	{BYTES("\x1f"), INFLATE_KIND_OTHER},
	{BYTES("PK\x03\x04"), INFLATE_KIND_ZIP},
	{BYTES("PK\x05\x06"), INFLATE_KIND_OTHER},
	{BYTES("PK"), INFLATE_KIND_OTHER},
	{BYTES("{"), INFLATE_KIND_JSON},
	{BYTES("["), INFLATE_KIND_JSON},
	{BYTES(" \r\n\t{"), INFLATE_KIND_JSON},
	{BYTES("\xef\xbb\xbf{"), INFLATE_KIND_JSON},
	{BYTES("\xef\xbb\xbf\n["), INFLATE_KIND_JSON},
	{BYTES("\xef\xbb{"), INFLATE_KIND_OTHER},
	{BYTES("\xff\xfe{\0"), INFLATE_KIND_JSON},
	{BYTES("\xff\xfe[\0"), INFLATE_KIND_JSON},
	{BYTES("\xfe\xff\0{"), INFLATE_KIND_JSON},
	{BYTES("\xfe\xff\0["), INFLATE_KIND_JSON},
	{BYTES("\xff\xfe\0{"), INFLATE_KIND_OTHER},
	{BYTES("From: a@b\n\n{"), INFLATE_KIND_OTHER},
	{BYTES("\0{"), INFLATE_KIND_OTHER},
	{BYTES("  "), INFLATE_KIND_OTHER},
	{BYTES(""), INFLATE_KIND_OTHER},
};

/* gzip of "{}", and of "": what more there is behind or within it. */
#define BRACES                                                                 \
	"\x1f\x8b\x08\0\0\0\0\0\0\xff\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0"
#define EMPTY "\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0"

static const struct {
	const uint8_t *data;
	size_t size;
	const char *text;
	bool trailing;
} whole[] = {
	{BYTES(BRACES), "{}", false},
	{BYTES(EMPTY BRACES), "{}", false},
	{BYTES(BRACES EMPTY EMPTY), "{}", false},
	{BYTES(BRACES BRACES), "{}{}", false},
	{BYTES(BRACES "\0\0\0\0"), "{}", false},
	{BYTES(BRACES "\n"), "{}", true},
	{BYTES(BRACES "\0x"), "{}", true},
	{BYTES("{}"), "{}", false},
	{BYTES("anything"), "anything", false},
};

static const struct {
	const uint8_t *data;
	size_t size;
	const char *message;
} broken[] = {
	{BYTES("\x1f\x8b"), "the gzip data is cut off (RFC 1952)"},
	{BYTES("\x1f\x8b\x08\0\0\0\0\0\0\xff"),
		"the gzip data is cut off (RFC 1952)"},
	{BYTES("\x1f\x8b\x07\0\0\0\0\0\0\xff"),
		"the gzip data is corrupt (RFC 1952)"},
	{BYTES("\x1f\x8b\x08\0\0\0\0\0\0\xff\xab\xae\x05\0\0\0\0\0\x02\0\0\0"),
		"the gzip data is corrupt (RFC 1952)"},
	{BYTES(BRACES "\x1f\x8b"), "the gzip data is cut off (RFC 1952)"},
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		assert_int_equal(inflate_get_kind(kinds[i].data, kinds[i].size),
			kinds[i].kind);
}

/* The one file, or NULL and the error. */
static GBytes *inflate_one(
	GBytes *packed, size_t limit, bool *trailing, GError **error)
{
	g_autoptr(GPtrArray) files = inflate_all(packed, limit, error);
	const Inflated *file;

	if (files->len == 0)
		return NULL;
	assert_int_equal(files->len, 1);
	file = files->pdata[0];
	*trailing = file->trailing;
	return g_bytes_ref(file->bytes);
}

static void test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(whole); i++) {
		g_autoptr(GBytes) packed =
			g_bytes_new_static(whole[i].data, whole[i].size);
		g_autoptr(GError) error = NULL;
		bool trailing = false;
		g_autoptr(GBytes) bytes =
			inflate_one(packed, 100, &trailing, &error);

		if (bytes == NULL)
			fail_msg("%zu: %s", i, error->message);
		assert_int_equal(
			g_bytes_get_size(bytes), strlen(whole[i].text));
		assert_memory_equal(g_bytes_get_data(bytes, NULL),
			whole[i].text, strlen(whole[i].text));
		assert_int_equal(trailing, whole[i].trailing);
	}
}

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autoptr(GBytes) packed =
			g_bytes_new_static(broken[i].data, broken[i].size);
		g_autoptr(GError) error = NULL;
		bool trailing;

		assert_null(inflate_one(packed, 100, &trailing, &error));
		assert_int_equal(error->code, PARSER_ERROR_COMPRESSION);
		assert_string_equal(error->message, broken[i].message);
	}
}

/* What is not packed has the same limit. */
static void test_plain_limit(void **state)
{
	g_autoptr(GBytes) text = g_bytes_new_static("{  }", 4);
	g_autoptr(GError) error = NULL;
	bool trailing;

	(void)state;
	assert_null(inflate_one(text, 3, &trailing, &error));
	assert_int_equal(error->code, PARSER_ERROR_REPORT_TOO_BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_plain_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
