/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_CONFIG_CHECK_H
#define CLI_CHECK_CONFIG_CHECK_H

/* Looks for what is wrong with a configuration that its file alone does not
 * show: groups, who may read or write which file, what the mail server sees,
 * and values that do not fit each other. */

#include "cli/check/account.h"
#include "cli/check/output.h"
#include "conf/settings.h"

/* `path` is where the settings come from; `daemon` the user that the daemon
 * runs as, or NULL where that is not known. */
typedef struct {
	const Settings *settings;
	const char *path;
	const Account *daemon;
	CheckOutput *output;
} ConfigCheck;

/* All of it. Nothing is connected to. */
void config_check_run(
	const Settings *settings, const char *path, CheckOutput *output);

/* The part about files and directories, in config-access.c. */
void config_access_check(const ConfigCheck *check);

/* The part about alerts, in config-alert.c. */
void config_alert_check(const ConfigCheck *check);

/* The part about the webhook, in config-webhook.c. Says nothing where there is
 * none. */
void config_webhook_check(const ConfigCheck *check);

/* The part about reports by HTTPS, in config-https.c. Says nothing where none
 * come so. */
void config_https_check(const ConfigCheck *check);

/* The part about Postfix, in config-postfix.c. Says nothing where postconf(1)
 * is not there or cannot read the configuration of Postfix. */
void config_postfix_check(const ConfigCheck *check);

/* The part about Sendmail, in config-sendmail.c. Says nothing where it has no
 * configuration. */
void config_sendmail_check(const ConfigCheck *check);

/* What keeps the Sendmail with this sendmail.cf from using the socket: constant
 * text, or NULL. */
const char *config_sendmail_find_problem(const char *text, const char *socket);

/* The path of a unix socket in the file system, or NULL for one of the network;
 * borrowed from `socket`. */
const char *config_check_get_socket_path(const char *socket);

#endif
