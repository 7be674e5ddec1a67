/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_CONNINFO_H
#define SQL_CONNINFO_H

/* Connection strings and URIs of libpq, before anything is connected to. */

#include <glib.h>
#include <stdbool.h>

/* Fails with STORE_ERROR_REFUSED where it is malformed. The error text does not
 * repeat what may hold a password. */
bool conninfo_check(const char *conninfo, GError **error);

/* The value that `conninfo` gives to a keyword, which the caller frees, or
 * NULL. Defaults, the environment and service files are not asked. */
char *conninfo_get(const char *conninfo, const char *keyword);

#endif
