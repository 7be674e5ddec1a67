/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_SQLSTATE_H
#define SQL_SQLSTATE_H

/* What the server's complaint means for the caller. */

#include <glib.h>

/* Sets an error of sql/error.h by the SQLSTATE, which may be NULL. The text is
 * the server's message on one line, with what to do where that is known. */
void sqlstate_set_error(
	GError **error, const char *sqlstate, const char *message);

/* The same for a connection that failed. `message` is libpq's, in the form of
 * PQERRORS_VERBOSE: lines that say the same are said once, and the SQLSTATE is
 * in it where a server answered, or else is the one that is given. */
void sqlstate_set_login_error(
	GError **error, const char *sqlstate, const char *message);

#endif
