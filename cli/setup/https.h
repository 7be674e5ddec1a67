/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_HTTPS_H
#define CLI_SETUP_HTTPS_H

/* The URL to which reports are to be sent, and what a web server needs to take
 * them there. */

#include <glib.h>
#include <stdbool.h>

#include "cli/setup/virtual-host.h"

/* `uri` is as it stands in a record; `path` is fit for a command and for the
 * configuration of a web server. */
typedef struct {
	char *uri;
	char *host;
	char *path;
} SetupHttps;

/* False and SETUP_ERROR_NAME when it is not https://HOST/PATH, or something in
 * it could be more than it is. Clear with setup_https_clear(). */
bool setup_https_read(const char *url, SetupHttps *https, GError **error);
void setup_https_clear(SetupHttps *https);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SetupHttps, setup_https_clear)

/* The commands, and what they leave to do or ""; the caller frees both. */
char *setup_https_get_commands(SetupServer server, const SetupHttps *https);
char *setup_https_get_rest(SetupServer server, const SetupHttps *https);

#endif
