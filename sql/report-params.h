/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_REPORT_PARAMS_H
#define SQL_REPORT_PARAMS_H

/* Reports as the parameters of tlsrpt.ingest() and tlsrpt.ingest_batch(): a
 * column of values each. */

#include <glib.h>
#include <stddef.h>

#include "sql/store-insert.h"

enum {
	REPORT_PARAMS_INGEST = 28,
	REPORT_PARAMS_BATCH = 32,
};

/* The texts in the order of the function's arguments; NULL is SQL's NULL. */
typedef struct {
	GString *texts[REPORT_PARAMS_BATCH];
	const char *values[REPORT_PARAMS_BATCH];
} ReportParams;

/* The report's own members as single values, policies and failures as
 * arrays: REPORT_PARAMS_INGEST of them. */
void report_params_init(ReportParams *params, const StoreReport *report);

/* All as arrays, with the numbers that say what belongs together:
 * REPORT_PARAMS_BATCH of them. */
void report_params_init_batch(
	ReportParams *params, const StoreReport *reports, size_t count);

void report_params_clear(ReportParams *params);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportParams, report_params_clear)

#endif
