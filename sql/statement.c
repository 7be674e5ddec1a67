/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/statement.h"

#include "sql/error.h"
#include "sql/prepared.h"
#include "sql/sqlstate.h"

PGresult *statement_check(PGconn *connection, PGresult *result, GError **error)
{
	ExecStatusType status = PQresultStatus(result);
	const char *message =
		PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	sqlstate_set_error(error, PQresultErrorField(result, PG_DIAG_SQLSTATE),
		message != NULL ? message : PQerrorMessage(connection));
	PQclear(result);
	return NULL;
}

static bool wait_for_server(PGconn *connection, bool unsent, gint64 deadline)
{
	/* Rounded up, so that nobody gives up before. */
	gint64 left = (deadline - g_get_monotonic_time() + 999) / 1000;
	GPollFD socket = {
		.fd = PQsocket(connection),
		.events = unsent ? G_IO_IN | G_IO_OUT : G_IO_IN,
	};

	return left > 0 && g_poll(&socket, 1, (int)left) != 0;
}

/* False when the server is silent until the deadline. A connection that
 * breaks is an answer. */
static bool wait_for_result(PGconn *connection, gint64 deadline)
{
	bool unsent = PQflush(connection) == 1;

	while (unsent || PQisBusy(connection)) {
		if (!wait_for_server(connection, unsent, deadline))
			return false;
		if (PQconsumeInput(connection) == 0)
			break;
		unsent = PQflush(connection) == 1;
	}
	return true;
}

/* Takes what cancels. Connects once more, which may take its time. */
static void *cancel(void *data)
{
	PGcancel *what = data;
	char message[256];

	PQcancel(what, message, sizeof(message));
	PQfreeCancel(what);
	return NULL;
}

/* Else it would go on, holding its locks, with nobody to see the end. Nobody
 * waits for the thread: the caller has waited for long enough. */
static void give_up(PGconn *connection)
{
	PGcancel *what = PQgetCancel(connection);

	if (what != NULL)
		g_thread_unref(g_thread_new("cancel", cancel, what));
}

/* The last result counts, as in PQexecParams(): the commit comes after the
 * rows, and may fail. False when there was none until the deadline. */
static bool wait_for_end(
	PGconn *connection, gint64 deadline, PGresult **result, GError **error)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(PGresult) last = NULL;

	while (deadline == 0 || wait_for_result(connection, deadline)) {
		PGresult *next = PQgetResult(connection);

		if (next == NULL) {
			*result = g_steal_pointer(&last);
			return true;
		}
		PQclear(last);
		last = next;
	}
	give_up(connection);
	g_set_error(error, STORE_ERROR, STORE_ERROR_SLOW,
		"the database has not answered for %" G_GINT64_FORMAT
		" seconds: see what it waits for in pg_stat_activity",
		(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
	return false;
}

/* `result` is NULL, or that of the statement, whatever it says. */
static bool run_unnamed(PGconn *connection, const char *statement,
	const StoreParams *params, PGresult **result, GError **error)
{
	*result = NULL;
	return PQsendQueryParams(connection, statement, params->count,
		       params->types, params->values, params->lengths,
		       params->formats, 0) == 0 ||
	       wait_for_end(connection, params->deadline, result, error);
}

/* The same for a statement that the connection keeps; or the result is that of
 * preparing it, which failed. */
static bool run_named(PGconn *connection, const char *name,
	const char *statement, const StoreParams *params, PGresult **result,
	GError **error)
{
	*result = NULL;
	if (!prepared_has(connection, name)) {
		if (PQsendPrepare(connection, name, statement, params->count,
			    params->types) == 0)
			return true;
		if (!wait_for_end(connection, params->deadline, result, error))
			return false;
		if (PQresultStatus(*result) != PGRES_COMMAND_OK)
			return true;
		g_clear_pointer(result, PQclear);
		prepared_add(connection, name);
	}
	return PQsendQueryPrepared(connection, name, params->count,
		       params->values, params->lengths, params->formats,
		       0) == 0 ||
	       wait_for_end(connection, params->deadline, result, error);
}

/* What was prepared is not there, or what was not is: the session is not the
 * same as before. Nothing has been run then. */
static bool is_of_another_session(const PGresult *result)
{
	static const char *const states[] = {"26000", "42P05", NULL};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && g_strv_contains(states, state);
}

PGresult *statement_run(PGconn *connection, const char *statement,
	const StoreParams *params, GError **error)
{
	g_autofree char *name =
		params->often ? prepared_make_name(statement) : NULL;
	PGresult *result;

	if (name != NULL && prepared_accepts(connection, name)) {
		if (!run_named(connection, name, statement, params, &result,
			    error))
			return NULL;
		if (!is_of_another_session(result))
			return statement_check(connection, result, error);
		PQclear(result);
		prepared_close(connection);
	}
	if (!run_unnamed(connection, statement, params, &result, error))
		return NULL;
	return statement_check(connection, result, error);
}
