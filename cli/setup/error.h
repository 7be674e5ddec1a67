/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_ERROR_H
#define CLI_SETUP_ERROR_H

/* The errors of this room. */

#include <glib.h>

#define SETUP_ERROR (setup_error_quark())

typedef enum {
	/* Something could not be looked at, so that nothing can be said. */
	SETUP_ERROR_UNKNOWN,
	/* The domain is not one for which there are such steps. */
	SETUP_ERROR_REFUSED,
	/* A name of the DNS that must not stand in a file. */
	SETUP_ERROR_NAME,
	/* A file cannot be written, or has other content. */
	SETUP_ERROR_FILE,
} SetupErrorCode;

GQuark setup_error_quark(void);

#endif
