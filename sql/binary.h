/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_BINARY_H
#define SQL_BINARY_H

/* Writes values as PostgreSQL reads them from binary: nothing is to be escaped,
 * no session is set to read it otherwise, and the server takes less time than
 * for text. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What elements are, by the numbers that these types have on all servers. */
typedef enum {
	BINARY_BYTEA = 17,
	BINARY_INT8 = 20,
	BINARY_INT2 = 21,
	BINARY_INT4 = 23,
	BINARY_TEXT = 25,
	BINARY_INET = 869,
	BINARY_UUID = 2950,
} BinaryType;

/* An integer of so many bytes, which it has to fit in. */
void binary_add_number(GString *value, int64_t number, size_t size);

/* An inet: an IPv4 or IPv6 address without a prefix. What is none, the server
 * refuses. */
void binary_add_address(GString *value, const char *text);

/* An array without elements. The caller frees it. */
GString *binary_array_new(BinaryType type);

/* Begins an element and returns its place: the caller then adds its value to
 * the array, or nothing for SQL's NULL, and closes it. */
size_t binary_array_open(GString *array);
void binary_array_close(GString *array, size_t place, bool is_null);

#endif
