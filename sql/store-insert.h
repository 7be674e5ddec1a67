/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_STORE_INSERT_H
#define SQL_STORE_INSERT_H

/* Puts reports into the database. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/report.h"
#include "sql/store.h"

typedef enum {
	STORE_OUTCOME_STORED,
	/* The same report was there already. */
	STORE_OUTCOME_DUPLICATE,
	/* A report with the same key and other content was there already: it
	 * stays, and this one is not stored. */
	STORE_OUTCOME_CONFLICT,
} StoreOutcome;

#define STORE_DIGEST_SIZE 32

/* A report and how it came; all borrowed. `auth_domain` is the authenticated
 * reporting domain, "" when there is none; `received_by` names this host;
 * `digest` is report_write_digest() of the report. By `deadline`, which is as
 * in StoreParams, the database has to have answered. */
typedef struct {
	const Report *report;
	const char *auth_domain;
	const char *received_by;
	uint8_t digest[STORE_DIGEST_SIZE];
	int64_t deadline;
} StoreReport;

/* Stores one report in one round trip. When it returns true the report is
 * committed, by this call or an earlier one. An idle connection found dead is
 * replaced once. */
bool store_insert(Store *store, const StoreReport *report,
	StoreOutcome *outcome, GError **error);

/* Stores up to 512 reports in one round trip and one transaction; `outcomes`
 * has room for `count`. On failure none is stored. */
bool store_insert_batch(Store *store, const StoreReport *reports, size_t count,
	StoreOutcome *outcomes, GError **error);

#endif
