/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_SOURCE_H
#define CLI_IMPORT_SOURCE_H

/* Reads what a person names on the command line. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	SOURCE_CHUNK = 65536,
};

/* read() and write() that go on after a signal; errno when they fail. A chunk
 * has room for SOURCE_CHUNK bytes, and all of `bytes` is written. */
ssize_t source_read_chunk(int fd, uint8_t *chunk);
bool source_write(int fd, const uint8_t *bytes, size_t size);

/* The bytes of a file, or of standard input for "-". NULL and an error of
 * G_FILE_ERROR, which does not repeat the name, when it cannot be read, is a
 * directory or has more than `limit` bytes. What begins with `unlimited`,
 * unless that is NULL, may have more: it is mapped into memory, after it was
 * copied into a temporary file where it is no file of its own. So is gzip data
 * that becomes such a text, and it is unpacked on the way.
 * The caller owns the result. */
GBytes *source_read(
	const char *path, size_t limit, const char *unlimited, GError **error);

#endif
