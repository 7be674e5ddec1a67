/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_NOW_H
#define CLI_ALERT_NOW_H

/* What incidents look like at this moment, before anybody is told of them. */

#include <glib.h>
#include <stdbool.h>

#include "conf/settings.h"
#include "sql/store.h"

enum {
	/* For all domains of a look, and for whether a resolver answers: an
	 * alert that comes during one waits for two of them, which is less
	 * than half a minute. */
	ALERT_NOW_SECONDS = 10,
	ALERT_NOW_RESOLVER_SECONDS = 4,
	/* Incidents at a time. */
	ALERT_NOW_MAX = 16,
};

/* Looks at the domains of incidents that these channels are to tell, or that
 * were not looked at for long, and keeps what it sees in the database. False
 * with an error of sql/error.h; that a domain cannot be looked at is none. Does
 * nothing where the program was built without a probe, or alert_probe is no. */
bool alert_now_look(const Settings *settings, Store *store,
	const char *const *channels, GError **error);

#endif
