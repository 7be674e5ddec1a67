/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-insert.h"

#include <inttypes.h>
#include <string.h>

#include "sql/error.h"
#include "sql/report-params.h"
#include "sql/store-internal.h"
#include "sql/text-array.h"

#define RAW_SIZE_MAX ((size_t)1 << 20)

static const char ingest_statement[] =
	"SELECT tlsrpt.ingest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	"$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, "
	"$26, $27, $28)";

static const char ingest_batch_statement[] =
	"SELECT outcome FROM unnest(tlsrpt.ingest_batch($1, $2, $3, $4, $5, "
	"$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
	"$20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)) "
	"AS outcome";

static const char quarantine_statement[] =
	"SELECT tlsrpt.quarantine($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

static StoreOutcome get_outcome(const PGresult *result, int row)
{
	if (PQgetisnull(result, row, 0))
		return STORE_OUTCOME_CONFLICT;
	if (*PQgetvalue(result, row, 0) == 't')
		return STORE_OUTCOME_STORED;
	return STORE_OUTCOME_DUPLICATE;
}

bool store_insert(Store *store, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	g_auto(ReportParams) columns = {0};
	StoreParams params = {REPORT_PARAMS_INGEST, columns.values};
	g_autoptr(PGresult) result = NULL;

	report_params_init(&columns, report);
	result = store_execute(store, ingest_statement, &params, error);
	if (result == NULL)
		return false;
	*outcome = get_outcome(result, 0);
	return true;
}

bool store_insert_batch(Store *store, const StoreReport *reports, size_t count,
	StoreOutcome *outcomes, GError **error)
{
	g_auto(ReportParams) columns = {0};
	StoreParams params = {REPORT_PARAMS_BATCH, columns.values};
	g_autoptr(PGresult) result = NULL;

	report_params_init_batch(&columns, reports, count);
	result = store_execute(store, ingest_batch_statement, &params, error);
	if (result == NULL)
		return false;
	if ((size_t)PQntuples(result) != count) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_SCHEMA,
			"ingest_batch answered for %d of %zu reports",
			PQntuples(result), count);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		outcomes[i] = get_outcome(result, (int)i);
	return true;
}

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
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, quarantine_statement, &params, error);

	return result != NULL;
}
