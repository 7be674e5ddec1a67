/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-insert.h"

#include <inttypes.h>
#include <string.h>

#include "sql/error.h"
#include "sql/report-params.h"
#include "sql/store-internal.h"

static StoreOutcome get_outcome(const PGresult *result, int row)
{
	if (PQgetisnull(result, row, 0))
		return STORE_OUTCOME_CONFLICT;
	if (*PQgetvalue(result, row, 0) == 't')
		return STORE_OUTCOME_STORED;
	return STORE_OUTCOME_DUPLICATE;
}

static PGresult *execute(Store *store, const ReportParams *columns,
	StoreParams *params, GError **error)
{
	params->count = (int)columns->count;
	params->values = columns->values;
	params->lengths = columns->lengths;
	params->formats = columns->formats;
	return store_execute(store, columns->statement->str, params, error);
}

bool store_insert(Store *store, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	g_auto(ReportParams) columns = {0};
	g_autoptr(PGresult) result = NULL;
	StoreParams params = {.deadline = report->deadline, .often = true};

	report_params_init(&columns, report);
	result = execute(store, &columns, &params, error);
	if (result == NULL)
		return false;
	*outcome = get_outcome(result, 0);
	return true;
}

bool store_insert_batch(Store *store, const StoreReport *reports, size_t count,
	StoreOutcome *outcomes, GError **error)
{
	g_auto(ReportParams) columns = {0};
	g_autoptr(PGresult) result = NULL;
	StoreParams params = {0};

	report_params_init_batch(&columns, reports, count);
	result = execute(store, &columns, &params, error);
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
