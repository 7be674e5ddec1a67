/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/connection.h"

#include <string.h>

#include "sql/sqlstate.h"

typedef struct {
	const char *keyword;
	const char *value;
} Parameter;

/* What conninfo may override, because it comes behind. A peer that is gone is
 * noticed within half a minute rather than a quarter of an hour. */
static const Parameter defaults[] = {
	{"connect_timeout", "5"},
	{"keepalives_idle", "30"},
	{"keepalives_interval", "10"},
	{"keepalives_count", "3"},
	{"tcp_user_timeout", "30000"},
	{"fallback_application_name", "tlsrpt-milter"},
};

enum {
	/* What conninfo is, what comes behind it, and the end. */
	PARAMETER_COUNT = G_N_ELEMENTS(defaults) + 4,
};

const char connection_pin_statement[] =
	"SELECT set_config('DateStyle', 'ISO, YMD', false), "
	"set_config('TimeZone', 'UTC', false), "
	"set_config('standard_conforming_strings', 'on', false), "
	"pg_backend_pid()";

/* Notices and warnings would otherwise go to stderr. */
static void ignore_notice(void *data, const PGresult *result)
{
	(void)data;
	(void)result;
}

/* What comes behind conninfo nothing can override. */
static PGconn *start(const char *conninfo, const char *seconds)
{
	const char *keywords[PARAMETER_COUNT] = {0};
	const char *values[PARAMETER_COUNT] = {0};
	size_t count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
		keywords[count] = defaults[i].keyword;
		values[count++] = defaults[i].value;
	}
	keywords[count] = "dbname";
	values[count++] = conninfo;
	keywords[count] = "client_encoding";
	values[count++] = "UTF8";
	if (seconds != NULL) {
		keywords[count] = "connect_timeout";
		values[count++] = seconds;
	}
	return PQconnectStartParams(keywords, values, 1);
}

/* Only a connection can be told what to do with a warning at its login, and to
 * show the SQLSTATE of an error there; only PQreset() and its like know how to
 * go on to the next host in time. So the first attempt ends as it begins. */
static PGconn *connect_quietly(const char *conninfo, const char *seconds)
{
	PGconn *connection = start(conninfo, seconds);

	if (PQstatus(connection) == CONNECTION_BAD)
		return connection;
	PQsetNoticeReceiver(connection, ignore_notice, NULL);
	PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
	PQreset(connection);
	PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
	return connection;
}

PGconn *connection_open(const char *conninfo, unsigned seconds, GError **error)
{
	g_autofree char *timeout =
		seconds > 0 ? g_strdup_printf("%u", seconds) : NULL;
	PGconn *connection = connect_quietly(conninfo, timeout);

	if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	sqlstate_set_login_error(error,
		PQconnectionNeedsPassword(connection) ? "28P01" : "08001",
		PQerrorMessage(connection));
	PQfinish(connection);
	return NULL;
}
