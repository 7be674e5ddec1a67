/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_DELIVER_H
#define CLI_ALERT_DELIVER_H

/* Delivers alerts on all channels, once or as a service. Says on stdout what
 * was delivered, and on stderr what is wrong: each problem once, for as long as
 * it is the same. */

#include "cli/command.h"
#include "conf/settings.h"
#include "sql/store.h"

/* Looks once: COMMAND_BAD when a channel failed. */
CommandStatus alert_deliver_once(const Settings *settings, Store *store);

/* Looks every two seconds until SIGTERM or SIGINT, which end it between two
 * deliveries. */
CommandStatus alert_deliver_forever(const Settings *settings, Store *store);

#endif
