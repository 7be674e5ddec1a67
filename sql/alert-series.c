/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/alert-series.h"

#include "sql/store-internal.h"

static const AlertSeries all[] = {
	{"incident", "Policy domains of an incident that is not over.",
		"SELECT * FROM tlsrpt.unresolved_incidents(200)"},
	{"incidents", "Incidents that are not over.",
		"SELECT severity, state, incidents FROM tlsrpt.incident_counts() "
		"ORDER BY severity, state"},
	{"incidents_waiting", "Incidents that are not delivered yet.",
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
