/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_SAVE_H
#define CLI_SETUP_SAVE_H

/* Puts what is to be copied into files. */

#include <glib.h>
#include <stdbool.h>

/* Writes the files of the steps into a directory, which is made where there is
 * none, and returns their paths. NULL and SETUP_ERROR_FILE when one of them
 * exists with other content and `force` is not given: then nothing is written;
 * or when one cannot be written. The caller frees the list. */
char **setup_save(const GPtrArray *steps, const char *directory, bool force,
	GError **error);

#endif
