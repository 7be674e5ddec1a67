/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

/* Reads what a person names on the command line. */

#include <glib.h>
#include <stddef.h>

/* The bytes of a file, or of standard input for "-". NULL and an error of
 * G_FILE_ERROR, which does not repeat the name, when it cannot be read, is a
 * directory or has more than `limit` bytes. The caller owns the result. */
GBytes *source_read(const char *path, size_t limit, GError **error);

/* Maps a regular file that begins with `start` into memory, of whatever size;
 * NULL for any other. The caller owns the result. */
GBytes *source_map(const char *path, const char *start);

#endif
