/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/metrics-alerts.h"

#include "sql/alert-series.h"

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

static bool add_series(
	GString *text, Store *store, const AlertSeries *series, GError **error)
{
	g_autoptr(StoreTable) table = alert_series_read(store, series, error);

	if (table == NULL)
		return false;
	g_string_append_printf(text,
		"# HELP tlsrpt_milter_%s %s\n# TYPE tlsrpt_milter_%s gauge\n",
		series->name, series->help, series->name);
	for (size_t row = 0; row < table->row_count; row++)
		append_row(text, series->name, table, row);
	return true;
}

bool metrics_alerts_add(GString *text, Store *store, GError **error)
{
	gsize before = text->len;

	for (size_t i = 0; alert_series_get(i) != NULL; i++) {
		if (!add_series(text, store, alert_series_get(i), error)) {
			g_string_truncate(text, before);
			return false;
		}
	}
	return true;
}
