/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/dns-record.h"

#include <arpa/inet.h>
#include <string.h>

#include "parser/utf8.h"

enum {
	NAME_MAX_BYTES = 255,
	LABEL_MAX = 63,
	IPV4_SIZE = 4,
	IPV6_SIZE = 16,
};

static bool append_label(GString *name, const uint8_t *label, size_t length)
{
	if (name->len > 0)
		g_string_append_c(name, '.');
	for (size_t i = 0; i < length; i++) {
		if (g_ascii_isalnum(label[i]) || strchr("-_", label[i]) != NULL)
			g_string_append_c(
				name, g_ascii_tolower((char)label[i]));
		else
			g_string_append_printf(name, "\\%03d", label[i]);
	}
	return length <= LABEL_MAX;
}

/* A name in wire format that fills the bytes; there is no compression in what
 * a resolver hands out. */
static char *read_name(const uint8_t *bytes, size_t size)
{
	g_autoptr(GString) name = g_string_new(NULL);

	if (size == 0 || size > NAME_MAX_BYTES)
		return NULL;
	while (*bytes != 0) {
		size_t length = *bytes;

		if (length + 1 >= size ||
			!append_label(name, bytes + 1, length))
			return NULL;
		bytes += length + 1;
		size -= length + 1;
	}
	return size == 1 ? g_string_free(g_steal_pointer(&name), FALSE) : NULL;
}

bool dns_record_read_mx(GBytes *data, uint16_t *preference, char **host)
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(data, &size);

	if (size < sizeof(*preference))
		return false;
	*preference = (uint16_t)(bytes[0] << 8 | bytes[1]);
	*host = read_name(
		bytes + sizeof(*preference), size - sizeof(*preference));
	return *host != NULL;
}

char *dns_record_read_txt(GBytes *data, size_t limit)
{
	gsize size;
	const char *bytes = g_bytes_get_data(data, &size);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *whole = NULL;

	while (size > 0) {
		size_t length = (uint8_t)*bytes;

		if (length + 1 > size)
			return NULL;
		g_string_append_len(text, bytes + 1,
			(gssize)MIN(length, limit - text->len));
		bytes += length + 1;
		size -= length + 1;
	}
	whole = utf8_replace_nul(text->str, text->len);
	return g_utf8_make_valid(whole, -1);
}

bool dns_record_read_address(
	GBytes *data, DnsRecordType type, char address[ADDRESS_SIZE])
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(data, &size);
	bool ipv6 = type == DNS_RECORD_AAAA;

	return size == (ipv6 ? IPV6_SIZE : IPV4_SIZE) &&
	       inet_ntop(ipv6 ? AF_INET6 : AF_INET, bytes, address,
		       ADDRESS_SIZE) != NULL;
}
