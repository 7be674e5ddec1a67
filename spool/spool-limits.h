/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_SPOOL_LIMITS_H
#define SPOOL_SPOOL_LIMITS_H

/* What the daemon lets into a shared spool: a file in it, which tells those who
 * add to the spool that there is somebody to take in what they add. They cannot
 * read the configuration, in which passwords may stand. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes of one message, and of all files together. */
typedef struct {
	uint64_t message_size;
	uint64_t spool_size;
} SpoolLimits;

/* Replaces the file as a whole, if it says something else or is a day old;
 * everybody who may enter the directory may read it. */
bool spool_limits_write(
	const char *directory, const SpoolLimits *limits, GError **error);

/* SPOOL_ERROR_SYSTEM when it cannot be read or is older than a week: nobody
 * looks after the spool any more. SPOOL_ERROR_DAMAGED when it is not what was
 * written. */
bool spool_limits_read(
	const char *directory, SpoolLimits *limits, GError **error);

#endif
