/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics-alerts.h"

#include "sql/alert-series.h"

static const struct {
	const char *name;
	const char *help;
	AlertSeries series;
} metrics[] = {
	{"alert", "Always 1: an alert that is not resolved.",
		ALERT_SERIES_ALERTS},
	{"alerts", "Alerts that are not resolved.", ALERT_SERIES_COUNTS},
	{"alert_events_waiting", "What has not been delivered yet.",
		ALERT_SERIES_WAITING},
	{"alert_delivery_failures", "Failed deliveries in a row.",
		ALERT_SERIES_FAILURES},
};

/* What reports say may hold anything. */
static void append_label(GString *text, const char *name, const char *value)
{
	g_string_append_printf(text, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			g_string_append_c(text, '\\');
		if (*value == '\n')
			g_string_append(text, "\\n");
		else
			g_string_append_c(text, *value);
	}
	g_string_append_c(text, '"');
}

static void append_row(
	GString *text, const char *name, const StoreTable *table, size_t row)
{
	char **cells = table->cells + row * table->column_count;
	size_t labels = table->column_count - 1;

	g_string_append_printf(text, "tlsrpt_milter_%s{", name);
	for (size_t i = 0; i < labels; i++) {
		if (i > 0)
			g_string_append_c(text, ',');
		append_label(text, table->columns[i].name, cells[i]);
	}
	g_string_append_printf(text, "} %s\n", cells[labels]);
}

bool metrics_alerts_add(GString *text, Store *store, GError **error)
{
	gsize before = text->len;

	for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++) {
		const char *name = metrics[i].name;
		g_autoptr(StoreTable) table =
			alert_series_read(store, metrics[i].series, error);

		if (table == NULL) {
			g_string_truncate(text, before);
			return false;
		}
		g_string_append_printf(text,
			"# HELP tlsrpt_milter_%s %s\n"
			"# TYPE tlsrpt_milter_%s gauge\n",
			name, metrics[i].help, name);
		for (size_t row = 0; row < table->row_count; row++)
			append_row(text, name, table, row);
	}
	return true;
}
