/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_ALERT_SERIES_H
#define SQL_ALERT_SERIES_H

/* What a monitoring system is told about alerts. */

#include <glib.h>

#include "sql/store-table.h"
#include "sql/store.h"

typedef enum {
	/* 1 for each alert that is not resolved, the worst 200 of them. */
	ALERT_SERIES_ALERTS,
	/* How many of these there are, by severity and state. */
	ALERT_SERIES_COUNTS,
	/* What a channel of delivery has not been told yet. */
	ALERT_SERIES_WAITING,
	/* How often in a row a channel has failed. */
	ALERT_SERIES_FAILURES,
} AlertSeries;

/* A table whose last column is a number and whose others say what it is of.
 * The caller owns it. */
StoreTable *alert_series_read(Store *store, AlertSeries series, GError **error);

#endif
