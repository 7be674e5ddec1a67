/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-quarantine.h"

#include <inttypes.h>
#include <string.h>

#include "sql/error.h"
#include "sql/store-internal.h"
#include "sql/store-table.h"

static const char list_statement[] =
	"SELECT id, to_char(received_at AT TIME ZONE 'UTC', "
	"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS received_at, reason, "
	"envelope_sender, part_name, size, message "
	"FROM tlsrpt.quarantine "
	"ORDER BY quarantine.received_at DESC, id "
	"LIMIT $1::bigint";

/* Two are enough to see that it is not the only one. */
static const char get_statement[] =
	"SELECT id, reason, message, part_name, "
	"extract(epoch FROM received_at)::bigint, size, raw, "
	"array_to_string(signed_by, ' '), submitter "
	"FROM tlsrpt.quarantine "
	"WHERE id::text LIKE lower($1) || '%' "
	"LIMIT 2";

static const char delete_statement[] =
	"DELETE FROM tlsrpt.quarantine WHERE id = $1::uuid";

void store_quarantine_entry_free(StoreQuarantineEntry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->id);
	g_free(entry->reason);
	g_free(entry->message);
	g_free(entry->part_name);
	g_clear_pointer(&entry->raw, g_bytes_unref);
	g_strfreev(entry->signed_by);
	g_free(entry->submitter);
	g_free(entry);
}

StoreTable *store_quarantine_list(Store *store, size_t limit, GError **error)
{
	g_autofree char *count = g_strdup_printf("%zu", limit);
	const char *values[] = {limit > 0 ? count : NULL};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, list_statement, &params, error);

	return result != NULL ? store_table_new(result) : NULL;
}

static char *copy_text(const PGresult *result, int column)
{
	if (PQgetisnull(result, 0, column))
		return NULL;
	return g_strdup(PQgetvalue(result, 0, column));
}

static GBytes *copy_bytes(const PGresult *result, int column)
{
	size_t size;
	unsigned char *bytes = PQunescapeBytea(
		(const unsigned char *)PQgetvalue(result, 0, column), &size);
	GBytes *copy = g_bytes_new(bytes, size);

	PQfreemem(bytes);
	return copy;
}

static StoreQuarantineEntry *make_entry(const PGresult *result)
{
	StoreQuarantineEntry *entry = g_new0(StoreQuarantineEntry, 1);

	entry->id = copy_text(result, 0);
	entry->reason = copy_text(result, 1);
	entry->message = copy_text(result, 2);
	entry->part_name = copy_text(result, 3);
	entry->received = g_ascii_strtoll(PQgetvalue(result, 0, 4), NULL, 10);
	entry->size =
		(size_t)g_ascii_strtoull(PQgetvalue(result, 0, 5), NULL, 10);
	entry->raw = copy_bytes(result, 6);
	entry->signed_by = g_strsplit(PQgetvalue(result, 0, 7), " ", -1);
	entry->submitter = copy_text(result, 8);
	return entry;
}

/* Nothing else can begin an id, and nothing in it is a wildcard. */
static bool check_id(const char *id, GError **error)
{
	if (*id != '\0' && id[strspn(id, "0123456789abcdefABCDEF-")] == '\0')
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"%s is no id of the quarantine", id);
	return false;
}

StoreQuarantineEntry *store_quarantine_get(
	Store *store, const char *id, GError **error)
{
	StoreParams params = {1, &id};
	g_autoptr(PGresult) result = NULL;

	if (!check_id(id, error))
		return NULL;
	result = store_execute(store, get_statement, &params, error);
	if (result == NULL)
		return NULL;
	if (PQntuples(result) == 1)
		return make_entry(result);
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"%s is in the quarantine %s", id,
		PQntuples(result) == 0 ? "no longer, or never was"
				       : "more than once: say more of the id");
	return NULL;
}

bool store_quarantine_delete(Store *store, const char *id, GError **error)
{
	StoreParams params = {1, &id};
	g_autoptr(PGresult) result =
		store_execute(store, delete_statement, &params, error);

	return result != NULL;
}
