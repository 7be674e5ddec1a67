/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STATEMENT_H
#define SQL_STATEMENT_H

/* Runs statements on one connection, for no longer than somebody waits. */

#include <glib.h>
#include <libpq-fe.h>

#include "sql/store-internal.h"

/* Runs one statement until `deadline` of `params`, or for as long as it takes
 * where that is 0. One that is run often is prepared where the connection keeps
 * such; where it then turns out that it does not, the statement is run without
 * a name, and the connection keeps none from then on. Afterwards a connection
 * that did not answer in time can only be closed. The caller clears the result;
 * NULL with an error of sql/error.h. */
PGresult *statement_run(PGconn *connection, const char *statement,
	const StoreParams *params, GError **error);

/* Takes a result of the connection, NULL where it has none, and gives it back
 * when the statement succeeded; else NULL with an error of sql/error.h. */
PGresult *statement_check(PGconn *connection, PGresult *result, GError **error);

#endif
