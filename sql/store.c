/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store.h"

#include <string.h>

#include "sql/connection.h"
#include "sql/conninfo.h"
#include "sql/error.h"
#include "sql/prepared.h"
#include "sql/schema.h"
#include "sql/statement.h"
#include "sql/store-internal.h"

enum {
	/* How long a caller waits for a connection to become free. */
	WAIT_SECONDS = 30,
	/* How long to wait for a host where time is short. */
	CONNECT_SECONDS = 5,
	/* Bytes of a statement after which its connection is given up. */
	LARGE_SIZE = 8 << 20,
};

struct Store {
	char *conninfo;
	GMutex mutex;
	GCond cond;
	GQueue idle;
	size_t open;
	size_t limit;
	unsigned patience;
};

Store *store_open(const char *conninfo, size_t connections, GError **error)
{
	Store *store;

	if (!conninfo_check(conninfo, error))
		return NULL;
	store = g_new0(Store, 1);
	store->conninfo = g_strdup(conninfo);
	store->limit = connections;
	g_mutex_init(&store->mutex);
	g_cond_init(&store->cond);
	g_queue_init(&store->idle);
	return store;
}

void store_set_patience(Store *store, unsigned seconds)
{
	store->patience = seconds;
}

void store_close(Store *store)
{
	PGconn *connection;

	if (store == NULL)
		return;
	while ((connection = g_queue_pop_head(&store->idle)) != NULL)
		PQfinish(connection);
	g_mutex_clear(&store->mutex);
	g_cond_clear(&store->cond);
	g_free(store->conninfo);
	g_free(store);
}

PGresult *store_run(PGconn *connection, const char *statement,
	const StoreParams *params, GError **error)
{
	PGresult *result;

	if (params == NULL)
		result = PQexec(connection, statement);
	else
		result = PQexecParams(connection, statement, params->count,
			params->types, params->values, params->lengths,
			params->formats, 0);
	return statement_check(connection, result, error);
}

/* When to give up, or 0 for never. */
static gint64 limit_deadline(const Store *store, gint64 deadline)
{
	gint64 limit = g_get_monotonic_time() +
		       (gint64)store->patience * G_USEC_PER_SEC;

	if (store->patience == 0)
		return deadline;
	return deadline > 0 ? MIN(deadline, limit) : limit;
}

static PGresult *run(const Store *store, PGconn *connection,
	const char *statement, const StoreParams *params, GError **error)
{
	StoreParams limited = *params;

	limited.deadline = limit_deadline(store, params->deadline);
	return statement_run(connection, statement, &limited, error);
}

/* libpq knows nothing of less than two seconds. */
static PGconn *connect_until(
	const Store *store, gint64 deadline, GError **error)
{
	gint64 left = (deadline - g_get_monotonic_time()) / G_USEC_PER_SEC;

	if (deadline == 0 || left >= WAIT_SECONDS)
		return connection_open(store->conninfo, 0, error);
	if (left > 0)
		return connection_open(store->conninfo,
			(unsigned)MIN(left, CONNECT_SECONDS), error);
	g_set_error(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE,
		"there was no time left to connect to the database "
		"(message_timeout)");
	return NULL;
}

/* A pooler has given the session a number of its own, not that of the process
 * which serves it now. */
static bool is_direct(PGconn *connection, const PGresult *pins)
{
	int last = PQnfields(pins) - 1;

	return g_ascii_strtoll(PQgetvalue(pins, 0, last), NULL, 10) ==
	       PQbackendPID(connection);
}

static PGconn *connect_new(const Store *store, gint64 deadline, GError **error)
{
	const StoreParams none = {.deadline = deadline};
	g_autoptr(PGresult) pins = NULL;
	PGconn *connection = connect_until(store, deadline, error);

	if (connection == NULL)
		return NULL;
	/* Else a server that stopped reading could hold us. */
	PQsetnonblocking(connection, store->patience > 0);
	pins = run(store, connection, connection_pin_statement, &none, error);
	if (pins == NULL) {
		PQfinish(connection);
		return NULL;
	}
	if (is_direct(connection, pins))
		prepared_open(connection);
	return connection;
}

/* Makes room for a connection: an idle one, or NULL where a new one may be
 * opened. False when neither came free in time. */
static bool reserve(
	Store *store, gint64 deadline, PGconn **connection, GError **error)
{
	gint64 end =
		g_get_monotonic_time() + (gint64)WAIT_SECONDS * G_USEC_PER_SEC;
	bool reserved;

	if (deadline > 0)
		end = MIN(end, deadline);
	g_mutex_lock(&store->mutex);
	while (g_queue_is_empty(&store->idle) && store->open == store->limit &&
		g_cond_wait_until(&store->cond, &store->mutex, end))
		continue;
	*connection = g_queue_pop_head(&store->idle);
	reserved = *connection != NULL || store->open < store->limit;
	if (*connection == NULL && reserved)
		store->open++;
	g_mutex_unlock(&store->mutex);
	if (!reserved)
		g_set_error(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE,
			"all %zu connections to the database are busy "
			"(database_connections)",
			store->limit);
	return reserved;
}

static void release(Store *store, PGconn *connection)
{
	g_mutex_lock(&store->mutex);
	if (connection != NULL)
		g_queue_push_head(&store->idle, connection);
	else
		store->open--;
	g_cond_signal(&store->cond);
	g_mutex_unlock(&store->mutex);
}

static PGconn *borrow(
	Store *store, gint64 deadline, bool *reused, GError **error)
{
	PGconn *connection;

	if (!reserve(store, deadline, &connection, error))
		return NULL;
	*reused = connection != NULL;
	if (connection == NULL)
		connection = connect_new(store, deadline, error);
	if (connection == NULL)
		release(store, NULL);
	return connection;
}

PGconn *store_borrow(Store *store, GError **error)
{
	bool reused;

	return borrow(store, 0, &reused, error);
}

/* After a crash of the server the status alone still says that all is well:
 * libpq reports a write that failed before it looks for the end. */
static bool is_alive(PGconn *connection)
{
	return PQstatus(connection) == CONNECTION_OK &&
	       PQconsumeInput(connection) == 1;
}

static void discard(Store *store, PGconn *connection)
{
	PQfinish(connection);
	release(store, NULL);
}

void store_return(Store *store, PGconn *connection)
{
	if (is_alive(connection) &&
		PQtransactionStatus(connection) == PQTRANS_IDLE)
		release(store, connection);
	else
		discard(store, connection);
}

/* libpq keeps as much memory as the largest statement took. */
static bool is_large(const StoreParams *params)
{
	size_t size = 0;

	for (int i = 0; i < params->count; i++) {
		if (params->lengths != NULL)
			size += (size_t)params->lengths[i];
		else if (params->values[i] != NULL)
			size += strlen(params->values[i]);
	}
	return size > LARGE_SIZE;
}

PGresult *store_execute(Store *store, const char *statement,
	const StoreParams *params, GError **error)
{
	g_autoptr(GError) problem = NULL;
	bool reused;
	PGconn *connection = borrow(store, params->deadline, &reused, error);
	PGresult *result;

	if (connection == NULL)
		return NULL;
	result = run(store, connection, statement, params, &problem);
	if (result == NULL && reused && !is_alive(connection)) {
		g_clear_error(&problem);
		PQfinish(connection);
		connection = connect_new(store, params->deadline, error);
		if (connection == NULL) {
			release(store, NULL);
			return NULL;
		}
		result = run(store, connection, statement, params, &problem);
	}
	/* Elsewhere it may be otherwise: when the primary became a standby, the
	 * other hosts of conninfo are tried only by a new connection. */
	if (is_large(params) || store_error_is_temporary(problem))
		discard(store, connection);
	else
		store_return(store, connection);
	if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	return result;
}

/* Each role may use one of the two schemas; what is wrong with the first says
 * more. */
static PGresult *read_version(Store *store, GError **error)
{
	StoreParams none = {0};
	g_autoptr(GError) problem = NULL;
	PGresult *result = store_execute(
		store, "SELECT tlsrpt.schema_version()", &none, &problem);

	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_PERMISSION))
		result = store_execute(store,
			"SELECT tlsrpt_tenant.schema_version()", &none, NULL);
	if (result == NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	return result;
}

bool store_check(Store *store, GError **error)
{
	g_autoptr(PGresult) result = read_version(store, error);
	gint64 version;

	if (result == NULL)
		return false;
	version = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	if (version == schema_get_version())
		return true;
	if (version < schema_get_version())
		g_set_error(error, STORE_ERROR, STORE_ERROR_SCHEMA,
			"the schema has version %" G_GINT64_FORMAT
			", this program needs %d: run tlsreport db upgrade",
			version, schema_get_version());
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_SCHEMA,
			"the schema has version %" G_GINT64_FORMAT
			", this program knows %d: upgrade the program",
			version, schema_get_version());
	return false;
}
