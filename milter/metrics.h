/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_H
#define MILTER_METRICS_H

/* What this process has counted since it started, as a text file for
 * Prometheus (tlsrpt-milter(8), METRICS). Safe in several threads. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "milter/verdict.h"

/* A message that was let go unread, because it is for others or no report. */
void metrics_count_passed(void);

/* A message that was answered, `usec` microseconds after its end. */
void metrics_count_message(Outcome outcome, int64_t usec);

/* A report, or what should have been one. `reason` is a word of
 * tlsrpt-reports(7) that says why it is not stored, or NULL. */
void metrics_count_report(Outcome outcome, const char *reason);

/* What is so at the moment. `spool_oldest` is in Unix seconds, 0 when nothing
 * waits; `alerts` is text of metrics-alerts.h, borrowed, or NULL. */
typedef struct {
	bool database_up;
	size_t spool_waiting;
	size_t spool_set_aside;
	uint64_t spool_bytes;
	int64_t spool_oldest;
	const char *alerts;
} MetricsState;

/* Replaces the file as a whole; everybody may read it. */
bool metrics_write(const char *path, const MetricsState *state, GError **error);

#endif
