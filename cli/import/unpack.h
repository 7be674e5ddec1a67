/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IMPORT_UNPACK_H
#define CLI_IMPORT_UNPACK_H

/* Takes gzip off a mailbox, which may be bigger than memory. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether the first bytes of gzip data become those of `text`. */
bool unpack_begins_with(const uint8_t *data, size_t size, const char *text);

/* Unpacks gzip data, of which `chunk` has the first `got` bytes and `from` the
 * rest, into the file `to`. False with an error of G_FILE_ERROR when the data
 * are damaged, become more than a few GiB, or cannot be read or written. */
bool unpack_copy(int from, int to, uint8_t *chunk, ssize_t got, GError **error);

#endif
