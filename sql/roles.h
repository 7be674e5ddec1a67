/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_ROLES_H
#define SQL_ROLES_H

/* The group roles of the schema. */

#include <glib.h>
#include <libpq-fe.h>
#include <stdbool.h>

/* Makes those that are missing, and has them own what is in the schemas, if
 * these exist. Within a transaction, as the owner of the database. */
bool roles_make(PGconn *connection, GError **error);

/* Acts as the owner role, and looks into its schema, to the end of the
 * transaction. */
bool roles_become_owner(PGconn *connection, GError **error);

/* Gives them their rights. As the owner role. */
bool roles_grant(PGconn *connection, GError **error);

/* roles_make(), and gives them their rights again: what a restored database may
 * lack. The schema must have the version of this program. */
bool roles_renew(PGconn *connection, GError **error);

#endif
