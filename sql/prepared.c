/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/prepared.h"

#include <glib.h>
#include <libpq-events.h>

enum {
	/* Statements of a connection, for which the server needs memory. Which
	 * there are depends on where reports have no value. */
	MAX_STATEMENTS = 32,
};

static int on_event(PGEventId id, void *info, void *data);

static GHashTable *get_names(PGconn *connection)
{
	return PQinstanceData(connection, on_event);
}

static void set_names(PGconn *connection, GHashTable *names)
{
	GHashTable *old = get_names(connection);

	PQsetInstanceData(connection, on_event, names);
	g_clear_pointer(&old, g_hash_table_unref);
}

/* A new session under an old connection has none of them. */
static int on_event(PGEventId id, void *info, void *data)
{
	(void)data;
	if (id == PGEVT_CONNRESET)
		set_names(((PGEventConnReset *)info)->conn, NULL);
	if (id == PGEVT_CONNDESTROY)
		set_names(((PGEventConnDestroy *)info)->conn, NULL);
	return 1;
}

void prepared_open(PGconn *connection)
{
	if (PQregisterEventProc(
		    connection, on_event, "prepared statements", NULL) != 0)
		set_names(connection, g_hash_table_new_full(g_str_hash,
					      g_str_equal, g_free, NULL));
}

void prepared_close(PGconn *connection)
{
	set_names(connection, NULL);
}

char *prepared_make_name(const char *statement)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA1, statement, -1);
}

bool prepared_accepts(PGconn *connection, const char *name)
{
	GHashTable *names = get_names(connection);

	return names != NULL &&
	       (g_hash_table_contains(names, name) ||
		       g_hash_table_size(names) < MAX_STATEMENTS);
}

bool prepared_has(PGconn *connection, const char *name)
{
	return g_hash_table_contains(get_names(connection), name);
}

void prepared_add(PGconn *connection, const char *name)
{
	g_hash_table_add(get_names(connection), g_strdup(name));
}
