/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_ALERTS_H
#define MILTER_METRICS_ALERTS_H

/* The alerts of the database, in the text format of Prometheus. */

#include <glib.h>
#include <stdbool.h>

#include "sql/store.h"

/* Appends all series about alerts; on failure none, and says why. */
bool metrics_alerts_add(GString *text, Store *store, GError **error);

#endif
