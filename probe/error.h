/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_ERROR_H
#define PROBE_ERROR_H

/* The errors of this layer. */

#include <glib.h>

#define PROBE_ERROR (probe_error_quark())

typedef enum {
	/* What the caller named cannot be used: a file, an address. */
	PROBE_ERROR_SETUP,
	/* Nothing answers, or no longer. */
	PROBE_ERROR_UNREACHABLE,
	/* The time is over. */
	PROBE_ERROR_TIMEOUT,
	/* What was answered is not what the protocol allows. */
	PROBE_ERROR_PROTOCOL,
	/* This host has no way there, and nothing is said about the other end.
	 */
	PROBE_ERROR_NO_ROUTE,
	/* Neither is anything said of it when no time or file is left here. */
	PROBE_ERROR_BUSY,
} ProbeErrorCode;

GQuark probe_error_quark(void);

#endif
