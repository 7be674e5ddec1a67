/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/alert-series.h"

#include "sql/store-internal.h"

static const char *const statements[] = {
	[ALERT_SERIES_ALERTS] =
		"SELECT *, 1 AS value FROM tlsrpt.unresolved_alerts(200)",
	[ALERT_SERIES_COUNTS] =
		"SELECT severity, state, alerts FROM tlsrpt.alert_counts() "
		"ORDER BY severity, state",
	[ALERT_SERIES_WAITING] =
		"SELECT channel, waiting FROM tlsrpt.alert_channels() "
		"ORDER BY channel",
	[ALERT_SERIES_FAILURES] =
		"SELECT channel, attempts FROM tlsrpt.alert_channels() "
		"ORDER BY channel",
};

StoreTable *alert_series_read(Store *store, AlertSeries series, GError **error)
{
	StoreParams none = {0};

	return store_read(store, statements[series], &none, error);
}
