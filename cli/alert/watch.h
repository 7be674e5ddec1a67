/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WATCH_H
#define CLI_ALERT_WATCH_H

/* Looks at domains again and again, so that a fault is told before the first
 * report of it. */

#include <glib.h>
#include <stdbool.h>

#include "conf/settings.h"
#include "sql/store.h"

/* Looks at a part of the domains whose turn it is, and keeps what it sees;
 * `more` when others may be waiting. That a domain cannot be looked at is no
 * error. Does nothing where watch_interval is 0, or where the program was built
 * without a probe. */
bool alert_watch_look(
	const Settings *settings, Store *store, bool *more, GError **error);

/* Whether anything is ever looked at: neither is the case. */
bool alert_watch_is_on(const Settings *settings);

typedef struct AlertWatch AlertWatch;

/* The same in a thread of its own, until it is stopped: alerts do not wait for
 * it. Complains of what goes wrong. */
AlertWatch *alert_watch_start(const Settings *settings, Store *store);

/* Waits until the domains in hand are done: half a minute at most. */
void alert_watch_stop(AlertWatch *watch);

#endif
