/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_ENDPOINT_H
#define MILTER_ENDPOINT_H

/* The socket that the MTA connects to, in libmilter's spelling:
 * unix:PATH, local:PATH, inet:PORT@HOST, inet6:PORT@HOST. */

#include <glib.h>
#include <stdbool.h>

#include "conf/settings.h"

#define ENDPOINT_ERROR (endpoint_error_quark())

typedef enum {
	/* The spelling is wrong. */
	ENDPOINT_ERROR_SPELLING,
	/* Another process listens there. */
	ENDPOINT_ERROR_IN_USE,
	/* The system refuses: a directory, a group or rights are missing. */
	ENDPOINT_ERROR_SYSTEM,
} EndpointErrorCode;

GQuark endpoint_error_quark(void);

/* Whether somebody answers there. Fails when the spelling is wrong. */
bool endpoint_connect(const char *spelling, bool *answered, GError **error);

/* Binds the socket through libmilter, removing a stale one, and gives it the
 * group and mode of the settings. Fails, in words that say what to do, when
 * another process listens there. */
bool endpoint_open(const Settings *settings, GError **error);

/* Removes the socket file of a unix endpoint. */
void endpoint_remove(const char *spelling);

#endif
