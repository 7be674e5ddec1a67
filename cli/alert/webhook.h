/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_H
#define CLI_ALERT_WEBHOOK_H

/* Delivers alerts to the URL of alert_webhook. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "conf/settings.h"

/* Delivers an object as cli/alert/webhook-form.h describes it. `pause`: for how
 * many seconds whoever refuses it wants nothing else, as webhook_post_all() has
 * it. Errors: G_IO_ERROR_FAILED, also when the options do not fit each other or
 * the secret cannot be read. */
bool webhook_deliver(const Settings *settings, const char *json, int64_t *pause,
	GError **error);

/* Whether URL, form and secret fit each other, without connecting: the same
 * errors. */
bool webhook_check(const Settings *settings, GError **error);

#endif
