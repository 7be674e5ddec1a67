/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/roles.h"

#include "sql/schema.h"
#include "sql/store-internal.h"

static const char owner_statement[] =
	"SET LOCAL ROLE tlsrpt_owner; "
	"SET LOCAL search_path = tlsrpt, pg_temp; "
	"SET LOCAL client_min_messages = warning";

static const char self_statement[] = "SET LOCAL ROLE NONE";

static bool run(PGconn *connection, const char *statement, GError **error)
{
	g_autoptr(PGresult) result =
		store_run(connection, statement, NULL, error);

	return result != NULL;
}

bool roles_make(PGconn *connection, GError **error)
{
	return run(connection, schema_get_text("schema/roles.sql"), error);
}

bool roles_become_owner(PGconn *connection, GError **error)
{
	return run(connection, owner_statement, error);
}

bool roles_grant(PGconn *connection, GError **error)
{
	return run(connection, schema_get_text("schema/now/95-privileges.sql"),
		error);
}

bool roles_renew(PGconn *connection, GError **error)
{
	return roles_make(connection, error) &&
	       roles_become_owner(connection, error) &&
	       roles_grant(connection, error) &&
	       run(connection, self_statement, error);
}
