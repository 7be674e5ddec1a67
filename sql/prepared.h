/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_PREPARED_H
#define SQL_PREPARED_H

/* Which statements a connection keeps, parsed and planned, under a name. */

#include <libpq-fe.h>
#include <stdbool.h>

/* Lets a new connection keep statements. A pooler, which may give each
 * transaction another session, must not stand between. */
void prepared_open(PGconn *connection);

/* It keeps none any more. */
void prepared_close(PGconn *connection);

/* The name of a statement, which is made of its text: should somebody else have
 * prepared it, it is the same one. The caller frees it. */
char *prepared_make_name(const char *statement);

/* Whether the statement of that name may be run by its name, which then is to
 * be prepared unless prepared_has() it. */
bool prepared_accepts(PGconn *connection, const char *name);

bool prepared_has(PGconn *connection, const char *name);

/* It has been prepared. */
void prepared_add(PGconn *connection, const char *name);

#endif
