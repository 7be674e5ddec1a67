/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_CONNECTION_H
#define SQL_CONNECTION_H

/* A connection that behaves the same whatever the server, the database, the
 * role and the environment are set to. */

#include <glib.h>
#include <libpq-fe.h>

/* Connects, within `seconds` for each host, or, where these are 0, within the
 * connect_timeout of `conninfo`; libpq waits for two seconds at least. The
 * caller runs connection_pin_statement first, and closes it with PQfinish().
 * NULL with an error of sql/error.h. A connect_timeout, keepalives and
 * tcp_user_timeout are supplied where conninfo names none. */
PGconn *connection_open(const char *conninfo, unsigned seconds, GError **error);

/* Sets what results depend on, for the session: PgBouncer keeps these settings
 * of each of its clients apart, even if it pools transactions. What else they
 * could depend on is set in transactions and functions. The last column is the
 * number of the server's process. */
extern const char connection_pin_statement[];

#endif
