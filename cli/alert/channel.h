/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_CHANNEL_H
#define CLI_ALERT_CHANNEL_H

/* The ways on which alerts are delivered to people. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/settings.h"
#include "sql/store-table.h"
#include "sql/store.h"

typedef struct AlertChannel AlertChannel;

/* The channels, numbered from 0; NULL after the last. */
const AlertChannel *alert_channel_get(size_t number);

/* As in the database. */
const char *alert_channel_get_name(const AlertChannel *channel);

/* The option that sets the channel up, and whether it does. */
const char *alert_channel_get_option(const AlertChannel *channel);
bool alert_channel_is_set(
	const AlertChannel *channel, const Settings *settings);
bool alert_channel_is_any_set(const Settings *settings);

/* The options of all channels, with " or " between them. The caller frees the
 * text. */
char *alert_channel_list_options(void);

/* The program that the channel runs, or NULL for none, and the option that
 * names it; both are borrowed. */
const char *alert_channel_get_program(const AlertChannel *channel,
	const Settings *settings, const char **option);

/* What was delivered: how many incidents, and whether the digest was due. */
typedef struct {
	int64_t incidents;
	bool digest;
} AlertDelivery;

/* Delivers what has not been delivered, and remembers it. False with an error
 * of sql/error.h when the database failed, and another when the channel did.
 * SIGPIPE must be ignored. */
bool alert_channel_deliver(const AlertChannel *channel,
	const Settings *settings, Store *store, AlertDelivery *delivery,
	GError **error);

/* Delivers an alert that is none. */
bool alert_channel_test(
	const AlertChannel *channel, const Settings *settings, GError **error);

/* What is wrong with delivery, in words, for those channels that are set; NULL
 * when nothing is. `delivery` is that of store_alert_channels(). The caller
 * frees the text. */
char *alert_channel_find_problem(const AlertChannel *channel,
	const Settings *settings, const StoreTable *delivery);

#endif
