/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/conninfo.h"

#include <libpq-fe.h>
#include <string.h>

#include "sql/error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PQconninfoOption, PQconninfoFree)

/* libpq repeats the place that it stumbles over; in a URI the password has no
 * name. */
static bool may_hold_password(const char *conninfo)
{
	return strstr(conninfo, "password") != NULL ||
	       strstr(conninfo, "://") != NULL;
}

bool conninfo_check(const char *conninfo, GError **error)
{
	char *problem = NULL;
	g_autoptr(PQconninfoOption) parsed =
		PQconninfoParse(conninfo, &problem);

	if (parsed != NULL)
		return true;
	if (may_hold_password(conninfo))
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"database: not KEYWORD=VALUE ... and not a URI, as "
			"libpq wants it; it is not shown because it may hold "
			"a password");
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"database: %s",
			problem != NULL ? g_strchomp(problem) : "no memory");
	PQfreemem(problem);
	return false;
}

char *conninfo_get(const char *conninfo, const char *keyword)
{
	g_autoptr(PQconninfoOption) parsed = PQconninfoParse(conninfo, NULL);

	if (parsed == NULL)
		return NULL;
	for (const PQconninfoOption *option = parsed; option->keyword != NULL;
		option++) {
		if (strcmp(option->keyword, keyword) == 0)
			return g_strdup(option->val);
	}
	return NULL;
}
