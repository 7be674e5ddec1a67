/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_VIRTUAL_HOST_H
#define CLI_SETUP_VIRTUAL_HOST_H

/* What a web server needs to serve a policy. */

#include <glib.h>
#include <stdint.h>

typedef enum {
	SETUP_SERVER_APACHE,
	SETUP_SERVER_NGINX,
} SetupServer;

/* The virtual host for a policy host, whose name is good. The caller frees
 * it. */
char *setup_virtual_host_write(
	SetupServer server, const char *host, int64_t port);

/* Where it goes, the command that gets a certificate, and those that enable
 * the virtual host and remove it; the caller frees them. */
char *setup_virtual_host_get_path(SetupServer server, const char *host);
char *setup_virtual_host_get_certificate(SetupServer server, const char *host);
char *setup_virtual_host_get_enable(SetupServer server, const char *host);
char *setup_virtual_host_get_remove(SetupServer server, const char *host);

/* Where the file of the policy goes; the caller frees it. */
char *setup_virtual_host_get_policy_path(const char *host);

#endif
