/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_TEXT_FILE_H
#define CONF_TEXT_FILE_H

/* Reads a text file whole, within a limit. */

#include <glib.h>
#include <stddef.h>

/* The text of a regular file of at most `limit` bytes without NUL bytes, which
 * the caller frees. Otherwise NULL and SETTINGS_ERROR_FILE, `FILE: cannot be
 * read: …`. */
char *text_file_read(const char *path, size_t limit, GError **error);

#endif
