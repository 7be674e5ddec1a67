/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-quarantine.h"

#include <inttypes.h>
#include <string.h>

#include "sql/error.h"
#include "sql/schema.h"
#include "sql/store-internal.h"
#include "sql/text-array.h"

#define RAW_SIZE_MAX ((size_t)1 << 20)

static const char insert_statement[] =
	"SELECT tlsrpt.quarantine($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

static const char delete_statement[] =
	"DELETE FROM tlsrpt.quarantine WHERE id = $1::uuid";

static char *bytes_to_text(const uint8_t *bytes, size_t size)
{
	GString *text = g_string_sized_new(2 * size + 3);

	g_string_append(text, "\\x");
	for (size_t i = 0; i < size; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

/* PostgreSQL takes no text that is not UTF-8. */
static char *make_text(const char *text)
{
	return text != NULL ? g_utf8_make_valid(text, -1) : NULL;
}

bool store_quarantine(
	Store *store, const StoreQuarantine *quarantine, GError **error)
{
	static const char *const none[] = {NULL};
	g_autofree char *message = make_text(quarantine->message);
	g_autofree char *sender = make_text(quarantine->envelope_sender);
	g_autofree char *part = make_text(quarantine->part_name);
	g_autofree char *size = g_strdup_printf("%zu", quarantine->raw_size);
	g_autofree char *raw = bytes_to_text(
		quarantine->raw, MIN(quarantine->raw_size, RAW_SIZE_MAX));
	g_autofree char *signed_by = text_array_write(
		quarantine->signed_by != NULL ? quarantine->signed_by : none);
	const char *values[] = {quarantine->reason,
		message != NULL ? message : "", sender, quarantine->queue_id,
		quarantine->received_by != NULL ? quarantine->received_by : "",
		part, size, raw, signed_by, quarantine->submitter};
	StoreParams params = {
		G_N_ELEMENTS(values), values, quarantine->deadline};
	g_autoptr(PGresult) result =
		store_execute(store, insert_statement, &params, error);

	return result != NULL;
}

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

	return store_read(store, schema_get_text("query/quarantine-list.sql"),
		&params, error);
}

static GBytes *get_bytes(const StoreTable *table, const char *name)
{
	size_t size;
	const char *text = store_table_get(table, 0, name);
	unsigned char *bytes =
		PQunescapeBytea((const unsigned char *)text, &size);
	GBytes *copy = g_bytes_new(bytes, size);

	PQfreemem(bytes);
	return copy;
}

static StoreQuarantineEntry *take_entry(StoreTable *table)
{
	StoreQuarantineEntry *entry = g_new0(StoreQuarantineEntry, 1);

	entry->id = store_table_take(table, 0, "id");
	entry->reason = store_table_take(table, 0, "reason");
	entry->message = store_table_take(table, 0, "message");
	entry->part_name = store_table_take(table, 0, "part_name");
	entry->received = store_table_get_number(table, 0, "received");
	entry->size = (size_t)store_table_get_number(table, 0, "size");
	entry->raw = get_bytes(table, "raw");
	entry->signed_by =
		g_strsplit(store_table_get(table, 0, "signed_by"), " ", -1);
	entry->submitter = store_table_take(table, 0, "submitter");
	return entry;
}

/* Nothing else can begin an id, and nothing in it is a wildcard. */
static bool check_id(const char *id, GError **error)
{
	if (*id != '\0' && id[strspn(id, "0123456789abcdefABCDEF-")] == '\0')
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		"%s: not an id of the quarantine", id);
	return false;
}

StoreQuarantineEntry *store_quarantine_get(
	Store *store, const char *id, GError **error)
{
	g_autofree char *prefix = g_ascii_strdown(id, -1);
	const char *values[] = {prefix};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = NULL;

	if (!check_id(id, error))
		return NULL;
	table = store_read(store, schema_get_text("query/quarantine-get.sql"),
		&params, error);
	if (table == NULL)
		return NULL;
	if (table->row_count == 1)
		return take_entry(table);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		table->row_count == 0 ? "%s: there is no such entry"
				      : "%s: ambiguous: give more of the id",
		id);
	return NULL;
}

bool store_quarantine_delete(Store *store, const char *id, GError **error)
{
	StoreParams params = {1, &id};
	g_autoptr(PGresult) result =
		store_execute(store, delete_statement, &params, error);

	return result != NULL;
}
