/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_H
#define SQL_STORE_H

/* A bounded pool of connections to PostgreSQL. Safe in several threads. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Store Store;

/* `conninfo` is a libpq connection string or URI; `connections` the most that
 * are open at once. Connects only when the first statement needs it, so that
 * it fails, with STORE_ERROR_REFUSED, only for a malformed conninfo. A
 * connect_timeout, keepalives and tcp_user_timeout are supplied where conninfo
 * names none. */
Store *store_open(const char *conninfo, size_t connections, GError **error);

/* From the next connection on, a statement that the server has not answered
 * after that many seconds fails with STORE_ERROR_SLOW, and is cancelled, which
 * may come too late. 0, as in the beginning: never. */
void store_set_patience(Store *store, unsigned seconds);

/* Closes all connections; none may be in use. NULL is fine. */
void store_close(Store *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Connects, and compares the schema with schema_get_version(): true, or an
 * error of any kind of sql/error.h in words that say what to do. */
bool store_check(Store *store, GError **error);

#endif
