/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/dns-record.h"
#include "probe/txt-record.h"
#include "tests/fuzz/fuzz.h"

static void (*const parsers[])(const char *text, TxtRecordFields *fields) = {
	[TXT_RECORD_TLSRPT] = txt_record_parse_tlsrpt,
	[TXT_RECORD_STS] = txt_record_parse_sts,
};

static void check_kind(TxtRecordKind kind, char *text)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	g_auto(TxtRecordFields) fields = {0};
	TxtRecord record = {0};

	g_ptr_array_add(texts, text);
	txt_record_choose(&record, kind, texts);
	g_assert_true(record.matching == 0 || record.text != NULL);
	if (record.matching > 0) {
		parsers[kind](record.text, &fields);
		g_assert_cmpuint(
			g_strv_length(fields.values), <=, TXT_RECORD_RUA_MAX);
		g_assert_true(fields.problem == NULL ||
			      g_utf8_validate(fields.problem, -1, NULL));
	}
	txt_record_clear(&record);
}

/* The data of one record, as it stands in an answer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *text = dns_record_read_txt(bytes, TXT_RECORD_MAX + 1);
	g_autofree char *host = NULL;
	uint16_t preference;

	dns_record_read_mx(bytes, &preference, &host);
	if (text == NULL)
		return 0;
	g_assert_true(g_utf8_validate(text, -1, NULL));
	check_kind(TXT_RECORD_TLSRPT, text);
	check_kind(TXT_RECORD_STS, text);
	return 0;
}
