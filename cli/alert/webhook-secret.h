/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_SECRET_H
#define CLI_ALERT_WEBHOOK_SECRET_H

/* The secret that a webhook's receiver shares with us. */

#include <glib.h>

/* What the file has in its one line: from 16 to 1024 printable ASCII
 * characters without blanks, so that it may stand in a header. Empty for the
 * path "". The caller frees it. NULL and G_IO_ERROR_FAILED where others may
 * read the file, or it is not of that form; the error names the file and never
 * what is in it. */
char *webhook_secret_read(const char *path, GError **error);

#endif
