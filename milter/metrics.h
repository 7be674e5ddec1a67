/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_H
#define MILTER_METRICS_H

/* What this process has counted since it started, as a text file for
 * Prometheus (tlsrpt-milter(8), METRICS). Safe in several threads. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "milter/verdict.h"

#define METRIC(name, ...) METRIC_##name,
typedef enum {
#include "milter/metrics.def"
	METRIC_COUNT,
} Metric;

/* Add to a counter, and set a gauge, but for those that the functions below
 * count. `value` is that of its label, a word of ours; NULL without a label. */
void metrics_add(Metric metric, const char *value, uint64_t number);
void metrics_set(Metric metric, const char *value, uint64_t number);

/* A message that was passed on unread, because it is for others or no report.
 */
void metrics_count_passed(void);

/* A message that was answered, `usec` microseconds after its end. */
void metrics_count_message(Outcome outcome, int64_t usec);

/* A report, or what should have been one. `reason` is a word of
 * tlsrpt-reports(7) that says why it is not stored, or NULL. */
void metrics_count_report(Outcome outcome, const char *reason);

/* Replaces the file as a whole; everybody may read it. `alerts` is text of
 * metrics-alerts.h. */
bool metrics_write(const char *path, const char *alerts, GError **error);

#endif
