/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sql/live.h"

#include <glib.h>

#include "tests/test.h"

char *live_get_conninfo(const char *database)
{
	const char *conninfo = g_getenv("STORE_TEST");

	/* What comes last counts. */
	return database != NULL
		       ? g_strdup_printf("%s dbname=%s", conninfo, database)
		       : g_strdup(conninfo);
}

PGconn *live_connect(const char *conninfo)
{
	PGconn *connection = PQconnectdb(conninfo);

	if (PQstatus(connection) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(connection));
	return connection;
}

static PGresult *execute(PGconn *connection, const char *statement)
{
	PGresult *result = PQexec(connection, statement);

	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
		PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", statement, PQerrorMessage(connection));
	return result;
}

void live_run(PGconn *connection, const char *statement)
{
	PQclear(execute(connection, statement));
}

int64_t live_select(PGconn *connection, const char *statement)
{
	PGresult *result = execute(connection, statement);
	int64_t number = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);

	PQclear(result);
	return number;
}

void live_run_once(const char *conninfo, const char *statement)
{
	PGconn *connection = live_connect(conninfo);

	live_run(connection, statement);
	PQfinish(connection);
}
