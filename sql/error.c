/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/error.h"

#include <string.h>

#include "sql/sqlstate.h"

/* By the beginning of the SQLSTATE. What is not listed may
 * pass by itself, so that in doubt the sender keeps the report. */
static const struct {
	const char *prefix;
	StoreErrorCode code;
	const char *advice;
} states[] = {
	{"08001", STORE_ERROR_UNAVAILABLE,
		"no connection: start the database, or correct the connection "
		"string"},
	{"28P01", STORE_ERROR_UNAVAILABLE,
		"the password is missing or wrong: correct it in the "
		"connection string, or in the file that passfile= names"},
	{"28", STORE_ERROR_LOGIN,
		"the database refuses the login: use another role, or ask the "
		"owner of the database to run tlsreport db grant"},
	{"3D000", STORE_ERROR_UNAVAILABLE,
		"the server has no such database: create it with createdb -E "
		"UTF8 -T template0, or correct the connection string"},
	{"3F000", STORE_ERROR_SCHEMA,
		"the database has no tlsrpt schema: run tlsreport db init"},
	{"42883", STORE_ERROR_SCHEMA,
		"the schema does not fit this program: run tlsreport db "
		"upgrade, which says which of them is older"},
	{"42P01", STORE_ERROR_SCHEMA,
		"the schema does not fit this program: run tlsreport db "
		"upgrade, which says which of them is older"},
	{"42501", STORE_ERROR_PERMISSION,
		"ask the owner of the database to run tlsreport db grant"},
	{"25006", STORE_ERROR_UNAVAILABLE,
		"the server is read-only: name the primary, or all servers "
		"and target_session_attrs=read-write; "
		"default_transaction_read_only must be off"},
	{"57014", STORE_ERROR_SLOW,
		"the database was too slow: see pg_stat_activity"},
	{"55P03", STORE_ERROR_LOCKED,
		"somebody has locked the tables: see pg_locks"},
	{"40P01", STORE_ERROR_LOCKED, "two waited for each other"},
	{"40001", STORE_ERROR_LOCKED,
		"the standby had to go on with what its primary did: try "
		"again, or raise max_standby_streaming_delay there"},
	{"22", STORE_ERROR_REFUSED, NULL},
	{"23", STORE_ERROR_REFUSED, NULL},
	{"54", STORE_ERROR_REFUSED, NULL},
};

GQuark store_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-store-error");
}

bool store_error_is_temporary(const GError *error)
{
	return error != NULL && error->domain == STORE_ERROR &&
	       error->code <= STORE_ERROR_LOCKED;
}

/* The server may quote a value from a report. Where libpq has no memory left it
 * says nothing. */
static char *one_line(const char *message)
{
	char *line = g_strdup(*message != '\0' ? message : "out of memory");

	for (char *p = line; *p != '\0'; p++) {
		if (g_ascii_iscntrl(*p))
			*p = ' ';
	}
	return g_strchomp(line);
}

void sqlstate_set_error(
	GError **error, const char *sqlstate, const char *message)
{
	g_autofree char *line = one_line(message);

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		if (sqlstate == NULL ||
			!g_str_has_prefix(sqlstate, states[i].prefix))
			continue;
		if (states[i].advice == NULL)
			g_set_error_literal(
				error, STORE_ERROR, states[i].code, line);
		else
			g_set_error(error, STORE_ERROR, states[i].code,
				"%s (%s)", states[i].advice, line);
		return;
	}
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, line);
}

/* Behind "FATAL" and the like, in any language, two blanks stand before the
 * SQLSTATE; likewise in lines that only say more. */
static const char *find_sqlstate(const char *line)
{
	const char *at = strstr(line, ":  ");

	if (at == NULL ||
		strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5 ||
		!g_str_has_prefix(at + 8, ": "))
		return NULL;
	return at + 3;
}

/* NULL for a line that only says more; the caller frees it. */
static char *take_line(const char *line, char sqlstate[6])
{
	const char *found = find_sqlstate(line);

	if (found != NULL) {
		g_strlcpy(sqlstate, found, 6);
		return g_strdup_printf(
			"%.*s%s", (int)(found - 2 - line), line, found + 6);
	}
	return strstr(line, ":  ") == NULL ? g_strdup(line) : NULL;
}

void sqlstate_set_login_error(
	GError **error, const char *sqlstate, const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
	g_autoptr(GString) text = g_string_new(NULL);
	char state[6];

	g_strlcpy(state, sqlstate, sizeof(state));
	for (size_t i = 0; lines[i] != NULL; i++) {
		g_autofree char *line = take_line(lines[i], state);

		if (line != NULL && strstr(text->str, line) == NULL)
			g_string_append_printf(
				text, "%s%s", text->len > 0 ? "\n" : "", line);
	}
	sqlstate_set_error(error, state, text->str);
}
