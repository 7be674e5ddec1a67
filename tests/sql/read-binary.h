/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SQL_READ_BINARY_H
#define TESTS_SQL_READ_BINARY_H

/* Reads what sql/binary.h writes, independent of it, into text as people read
 * it. */

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "sql/binary.h"
#include "sql/report-params.h"
#include "sql/text-array.h"

static inline int64_t read_binary_number(const char *bytes, size_t size)
{
	uint64_t number = (int8_t)*bytes < 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | (uint8_t)bytes[i];
	return (int64_t)number;
}

static inline char *read_binary_address(const char *bytes, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "odd";

	if (size == 8 && memcmp(bytes, "\2\40\0\4", 4) == 0)
		inet_ntop(AF_INET, bytes + 4, text, sizeof(text));
	if (size == 20 && memcmp(bytes, "\3\200\0\20", 4) == 0)
		inet_ntop(AF_INET6, bytes + 4, text, sizeof(text));
	return g_strdup(text);
}

static inline char *read_binary_bytes(const char *bytes, size_t size)
{
	GString *hex = g_string_new(NULL);

	for (size_t i = 0; i < size; i++)
		g_string_append_printf(hex, "%02x", (uint8_t)bytes[i]);
	return g_string_free(hex, FALSE);
}

static inline char *read_binary_value(
	int64_t type, const char *bytes, size_t size)
{
	switch (type) {
	case BINARY_INT2:
	case BINARY_INT4:
	case BINARY_INT8:
		return g_strdup_printf(
			"%" PRId64, read_binary_number(bytes, size));
	case BINARY_INET:
		return read_binary_address(bytes, size);
	case BINARY_UUID:
	case BINARY_BYTEA:
		return read_binary_bytes(bytes, size);
	}
	return g_strndup(bytes, size);
}

/* The text of an array, whose numbers of elements and bytes have to fit. */
static inline char *read_binary_array(const char *bytes, size_t size)
{
	GString *array = g_string_new(NULL);
	const char *at = bytes + 20;
	int64_t count = read_binary_number(bytes, 4);

	if (count > 0)
		count = read_binary_number(bytes + 12, 4);
	for (int64_t i = 0; i < count; i++) {
		int64_t length = read_binary_number(at, 4);
		g_autofree char *value = NULL;

		at += 4;
		if (length >= 0) {
			value = read_binary_value(
				read_binary_number(bytes + 8, 4), at,
				(size_t)length);
			at += length;
		}
		text_array_add(array, value);
	}
	text_array_end(array);
	if ((size_t)(at - bytes) != (count > 0 ? size : size + 8))
		g_string_append(array, " and more");
	return g_string_free(array, FALSE);
}

/* Of the argument of that name, NULL also when there is none. */
static inline char *read_binary_param(
	const ReportParams *params, const char *name, bool batch)
{
	size_t i = 0;

	while (i < params->count && strcmp(params->names[i], name) != 0)
		i++;
	if (i == params->count || params->values[i] == NULL)
		return NULL;
	if (batch || *name != 'r' || strcmp(name, "r_remarks") == 0)
		return read_binary_array(
			params->values[i], (size_t)params->lengths[i]);
	return read_binary_value(
		g_str_has_prefix(name, "r_period_") ? BINARY_INT8
		: strcmp(name, "r_content_digest") == 0 ||
				strcmp(name, "r_report_key") == 0
			? BINARY_BYTEA
			: BINARY_TEXT,
		params->values[i], (size_t)params->lengths[i]);
}

#endif
