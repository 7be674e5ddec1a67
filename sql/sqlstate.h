/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_SQLSTATE_H
#define SQL_SQLSTATE_H

/* What the server's complaint means for the caller. */

#include <glib.h>

/* Sets an error of sql/error.h by the SQLSTATE, which is NULL when the
 * connection failed. The text is the server's message on one line, with what
 * to do where that is known. */
void sqlstate_set_error(
	GError **error, const char *sqlstate, const char *message);

#endif
