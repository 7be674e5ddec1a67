/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_SOURCE_H
#define CLI_IMPORT_SOURCE_H

/* Reads what a person names on the command line. */

#include <glib.h>
#include <stddef.h>

/* The bytes of a file, or of standard input for "-". NULL and an error of
 * G_FILE_ERROR, which does not repeat the name, when it cannot be read, is a
 * directory or has more than `limit` bytes. What begins with `unlimited`,
 * unless that is NULL, may have more: it is mapped into memory, after it was
 * copied into a temporary file where it is no file of its own.
 * The caller owns the result. */
GBytes *source_read(
	const char *path, size_t limit, const char *unlimited, GError **error);

#endif
