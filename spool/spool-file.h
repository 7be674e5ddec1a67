/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_SPOOL_FILE_H
#define SPOOL_SPOOL_FILE_H

/* The content of a file of the spool: an envelope of lines "key=value", an
 * empty line, and the message as it came. */

#include <glib.h>
#include <stddef.h>

#include "spool/spool.h"

/* What stands before a message of `size` bytes. The caller frees it. */
char *spool_file_write_head(const SpoolEnvelope *envelope, size_t size);

/* Reads a file, which the caller frees. SPOOL_ERROR_SYSTEM when it cannot be
 * read, SPOOL_ERROR_DAMAGED when it is not exactly what was written. */
SpoolMessage *spool_file_read(const char *path, GError **error);

#endif
