/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_SPOOL_FILE_H
#define SPOOL_SPOOL_FILE_H

/* The content of a file of the spool: an envelope of lines "key=value", an
 * empty line, and the message as it came. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "spool/spool.h"

/* What stands before a message of `size` bytes. The caller frees it. */
char *spool_file_write_head(const SpoolEnvelope *envelope, size_t size);

/* Writes a new file with these rights. It is there only when all of it is on
 * the disk; else false with errno set. */
bool spool_file_write(int directory, const char *name, mode_t mode,
	const char *head, const uint8_t *message, size_t size);

enum {
	/* The most that max_message_size can be. */
	SPOOL_FILE_MESSAGE_MAX = 1 << 30,
	/* The most that stands before a message. */
	SPOOL_FILE_HEAD_MAX = 1 << 20,
};

/* Reads a file of a directory, of at most so many bytes; `path` is for
 * messages. The caller frees it. SPOOL_ERROR_SYSTEM when it cannot be read,
 * SPOOL_ERROR_DAMAGED when it is too long, or not exactly what was written. */
SpoolMessage *spool_file_read(int directory, const char *name, size_t most,
	const char *path, GError **error);

/* Forgets what only the daemon's own spool may say. */
void spool_message_distrust(SpoolMessage *message);

#endif
