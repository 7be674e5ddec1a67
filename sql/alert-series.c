/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/alert-series.h"

#include "sql/store-internal.h"

static const AlertSeries all[] = {
	{"alert", "Always 1: an alert that is not resolved.",
		"SELECT *, 1 AS value FROM tlsrpt.unresolved_alerts(200)"},
	{"alerts", "Alerts that are not resolved.",
		"SELECT severity, state, alerts FROM tlsrpt.alert_counts() "
		"ORDER BY severity, state"},
	{"alert_events_waiting",
		"Changes of alerts that are not delivered yet.",
		"SELECT channel, waiting FROM tlsrpt.alert_channels() "
		"ORDER BY channel"},
	{"alert_delivery_failures", "Failed deliveries in a row.",
		"SELECT channel, attempts FROM tlsrpt.alert_channels() "
		"ORDER BY channel"},
};

const AlertSeries *alert_series_get(size_t number)
{
	return number < G_N_ELEMENTS(all) ? &all[number] : NULL;
}

StoreTable *alert_series_read(
	Store *store, const AlertSeries *series, GError **error)
{
	StoreParams none = {0};

	return store_read(store, series->statement, &none, error);
}
