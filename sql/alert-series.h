/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_ALERT_SERIES_H
#define SQL_ALERT_SERIES_H

/* What a monitoring system sees of alerts. */

#include <glib.h>

#include "sql/store-table.h"
#include "sql/store.h"

/* `name` is that of the metric, after "tlsrpt_milter_"; `help` says what the
 * number is. */
typedef struct {
	const char *name;
	const char *help;
	const char *statement;
} AlertSeries;

/* The series, numbered from 0; NULL after the last. */
const AlertSeries *alert_series_get(size_t number);

/* A table whose last column is a number and whose others say what it is of.
 * The caller owns it. */
StoreTable *alert_series_read(
	Store *store, const AlertSeries *series, GError **error);

#endif
