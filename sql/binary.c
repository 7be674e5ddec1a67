/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/binary.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	WORD = 4,
	/* Where words of an array are: how many dimensions it has; whether
	 * there may be NULL; the type; then, if there is one, how many elements
	 * it has, and the number of the first. */
	DIMENSIONS = 0,
	COUNT = 3 * WORD,
	/* The server's numbers of families of addresses. */
	FAMILY_IPV4 = 2,
	FAMILY_IPV6 = 3,
};

static void set_word(GString *array, size_t place, uint32_t number)
{
	uint32_t word = g_htonl(number);

	memcpy(array->str + place, &word, WORD);
}

static uint32_t get_word(const GString *array, size_t place)
{
	uint32_t word;

	memcpy(&word, array->str + place, WORD);
	return g_ntohl(word);
}

void binary_add_number(GString *value, int64_t number, size_t size)
{
	uint64_t bytes = GUINT64_TO_BE((uint64_t)number);

	g_string_append_len(value, (const char *)&bytes + sizeof(bytes) - size,
		(gssize)size);
}

/* The family, the bits of the prefix, that it is no network, and how many bytes
 * follow. */
void binary_add_address(GString *value, const char *text)
{
	char ipv4[4 + 4] = {FAMILY_IPV4, 32, 0, 4};
	char ipv6[4 + 16] = {FAMILY_IPV6, (char)128, 0, 16};

	if (inet_pton(AF_INET, text, ipv4 + 4) == 1)
		g_string_append_len(value, ipv4, sizeof(ipv4));
	else if (inet_pton(AF_INET6, text, ipv6 + 4) == 1)
		g_string_append_len(value, ipv6, sizeof(ipv6));
	else
		g_string_append(value, text);
}

GString *binary_array_new(BinaryType type)
{
	GString *array = g_string_new(NULL);

	binary_add_number(array, 0, WORD);
	binary_add_number(array, 1, WORD);
	binary_add_number(array, type, WORD);
	return array;
}

size_t binary_array_open(GString *array)
{
	if (get_word(array, DIMENSIONS) == 0) {
		set_word(array, DIMENSIONS, 1);
		binary_add_number(array, 0, WORD);
		binary_add_number(array, 1, WORD);
	}
	set_word(array, COUNT, get_word(array, COUNT) + 1);
	binary_add_number(array, 0, WORD);
	return array->len - WORD;
}

void binary_array_close(GString *array, size_t place, bool is_null)
{
	size_t size = array->len - place - WORD;

	set_word(array, place, is_null ? UINT32_MAX : (uint32_t)size);
}
