/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_ERROR_H
#define SQL_ERROR_H

/* What can go wrong with the database, by what the caller has to do. */

#include <glib.h>
#include <stdbool.h>

#define STORE_ERROR (store_error_quark())

typedef enum {
	/* Nothing was stored or it is not known: try again later. */
	STORE_ERROR_UNAVAILABLE,
	/* The same: the statement took longer than it may. A smaller one may
	 * pass. */
	STORE_ERROR_SLOW,
	/* The same: somebody holds what it needs. */
	STORE_ERROR_LOCKED,
	/* The database refuses this very report: trying again is useless. */
	STORE_ERROR_REFUSED,
	/* The schema is missing, older or newer than this program. */
	STORE_ERROR_SCHEMA,
	/* The role may not do this. */
	STORE_ERROR_PERMISSION,
	/* The server does not let this user in. */
	STORE_ERROR_LOGIN,
	/* What was asked for is not there, or its name fits several. */
	STORE_ERROR_NOT_FOUND,
} StoreErrorCode;

GQuark store_error_quark(void);

/* Whether it is one of the first three. */
bool store_error_is_temporary(const GError *error);

#endif
