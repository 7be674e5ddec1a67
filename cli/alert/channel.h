/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_CHANNEL_H
#define CLI_ALERT_CHANNEL_H

/* The ways on which people are told of alerts: "mail" and "command". */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/settings.h"
#include "sql/store-table.h"
#include "sql/store.h"

enum {
	ALERT_CHANNEL_COUNT = 2,
};

typedef struct AlertChannel AlertChannel;

/* All channels, ALERT_CHANNEL_COUNT of them. */
const AlertChannel *alert_channel_get(size_t index);

/* As in the database. */
const char *alert_channel_get_name(const AlertChannel *channel);

/* The option that sets the channel up, and whether it does. */
const char *alert_channel_get_option(const AlertChannel *channel);
bool alert_channel_is_set(
	const AlertChannel *channel, const Settings *settings);
bool alert_channel_is_any_set(const Settings *settings);

/* Tells what there is to tell, and remembers it: `told` is of how many alerts,
 * 0 when there was nothing. False with an error of sql/error.h when the
 * database failed, and of G_SPAWN_ERROR when the channel did. SIGPIPE must be
 * ignored. */
bool alert_channel_deliver(const AlertChannel *channel,
	const Settings *settings, Store *store, int64_t *told, GError **error);

/* Tells of an alert that is none. */
bool alert_channel_test(
	const AlertChannel *channel, const Settings *settings, GError **error);

/* What is wrong with delivery, in words, for those channels that are set; NULL
 * when nothing is. `delivery` is that of store_alert_channels(). The caller
 * frees the text. */
char *alert_channel_find_problem(const AlertChannel *channel,
	const Settings *settings, const StoreTable *delivery);

#endif
