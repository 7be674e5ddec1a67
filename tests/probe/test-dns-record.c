/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/dns-record.h"
#include "tests/test.h"

#define BYTES(text)                                                            \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

typedef struct {
	const char *bytes;
	size_t size;
} Bytes;

/* `host` is NULL for what is no record. */
static const struct {
	Bytes data;
	uint16_t preference;
	const char *host;
} mx_records[] = {
	{BYTES("\0\12\3mx1\7example\3com\0"), 10, "mx1.example.com"},
	{BYTES("\xff\xff\2MX\0"), 65535, "mx"},
	{BYTES("\0\0\0"), 0, ""},
	{BYTES("\0\0\3a.b\0"), 0, "a\\046b"},
	{BYTES("\0\0\2\377\n\0"), 0, "\\255\\010"},
	{BYTES("\0\0\4_a-b\0"), 0, "_a-b"},
	{BYTES(""), 0, NULL},
	{BYTES("\0"), 0, NULL},
	{BYTES("\0\0"), 0, NULL},
	{BYTES("\0\0\2mx"), 0, NULL},
	{BYTES("\0\0\3mx\0"), 0, NULL},
	{BYTES("\0\0\2mx\0\0"), 0, NULL},
	{BYTES("\0\0\300\0"), 0, NULL},
};

static const struct {
	Bytes data;
	size_t limit;
	const char *text;
} txt_records[] = {
	{BYTES("\3abc"), 10, "abc"},
	{BYTES("\3abc\0\2de"), 10, "abcde"},
	{BYTES("\3abc\2de"), 4, "abcd"},
	{BYTES("\3a\0b"), 10, "a\357\277\275b"},
	{BYTES("\2\377a"), 10, "\357\277\275a"},
	{BYTES("\0"), 10, ""},
	{BYTES(""), 10, ""},
	{BYTES("\3ab"), 10, NULL},
};

static const struct {
	Bytes data;
	DnsRecordType type;
	const char *text;
} addresses[] = {
	{BYTES("\300\0\2\1"), DNS_RECORD_A, "192.0.2.1"},
	{BYTES(" \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1"), DNS_RECORD_AAAA,
		"2001:db8::1"},
	{BYTES("\300\0\2"), DNS_RECORD_A, NULL},
	{BYTES("\300\0\2\1"), DNS_RECORD_AAAA, NULL},
};

static GBytes *get_bytes(const Bytes *bytes)
{
	return g_bytes_new_static(bytes->bytes, bytes->size);
}

static void test_mx(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(mx_records); i++) {
		g_autoptr(GBytes) data = get_bytes(&mx_records[i].data);
		g_autofree char *host = NULL;
		uint16_t preference = 0;
		bool read = dns_record_read_mx(data, &preference, &host);

		assert_int_equal(read, mx_records[i].host != NULL);
		if (!read)
			continue;
		assert_string_equal(host, mx_records[i].host);
		assert_int_equal(preference, mx_records[i].preference);
	}
}

/* 127 labels of one letter are the longest name. */
static void test_longest_name(void **state)
{
	(void)state;
	for (size_t labels = 127; labels <= 128; labels++) {
		char bytes[2 + 2 * 128 + 1] = {0};
		g_autoptr(GBytes) data = NULL;
		g_autofree char *host = NULL;
		uint16_t preference;

		for (size_t i = 0; i < labels; i++) {
			bytes[2 + 2 * i] = 1;
			bytes[3 + 2 * i] = 'a';
		}
		data = g_bytes_new(bytes, 2 + 2 * labels + 1);
		assert_int_equal(dns_record_read_mx(data, &preference, &host),
			labels == 127);
	}
}

static void test_txt(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(txt_records); i++) {
		g_autoptr(GBytes) data = get_bytes(&txt_records[i].data);
		g_autofree char *text =
			dns_record_read_txt(data, txt_records[i].limit);

		if (txt_records[i].text == NULL)
			assert_null(text);
		else
			assert_string_equal(text, txt_records[i].text);
	}
}

static void test_address(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(GBytes) data = get_bytes(&addresses[i].data);
		char text[ADDRESS_SIZE];
		bool read =
			dns_record_read_address(data, addresses[i].type, text);

		assert_int_equal(read, addresses[i].text != NULL);
		if (read)
			assert_string_equal(text, addresses[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mx),
		cmocka_unit_test(test_longest_name),
		cmocka_unit_test(test_txt),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
