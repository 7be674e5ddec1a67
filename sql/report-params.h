/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_REPORT_PARAMS_H
#define SQL_REPORT_PARAMS_H

/* Reports as the parameters of tlsrpt.ingest() and tlsrpt.ingest_batch(): a
 * column of values each. Which there are is one table in report-params.c, where
 * a column that reports get is added. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sql/store-insert.h"

enum {
	/* The most that there may be; a report has fewer than a batch. */
	REPORT_PARAMS_MAX = 40,
};

/* `statement` calls the function; names and values of its arguments are in
 * their order, NULL is SQL's NULL. Values are binary, see sql/binary.h. */
typedef struct {
	GString *statement;
	size_t count;
	GString *texts[REPORT_PARAMS_MAX];
	bool is_null[REPORT_PARAMS_MAX];
	const char *names[REPORT_PARAMS_MAX];
	const char *values[REPORT_PARAMS_MAX];
	int lengths[REPORT_PARAMS_MAX];
	int formats[REPORT_PARAMS_MAX];
} ReportParams;

/* For ingest(): the report's own columns as single values, those of policies
 * and failures as arrays. */
void report_params_init(ReportParams *params, const StoreReport *report);

/* For ingest_batch(): all as arrays, with the numbers that say what belongs
 * together. */
void report_params_init_batch(
	ReportParams *params, const StoreReport *reports, size_t count);

void report_params_clear(ReportParams *params);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportParams, report_params_clear)

#endif
