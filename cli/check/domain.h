/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DOMAIN_H
#define CLI_CHECK_DOMAIN_H

/* Looks at domains from outside, and prints what is right and what is not. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "conf/settings.h"
#include "sql/store.h"

/* What the command line says, which goes before the settings: NULL and 0 are
 * not said. `trust_anchor` may be "". `domains` are canonical and end with
 * NULL. `store` is not connected yet; there need be no database. */
typedef struct {
	const Settings *settings;
	const char *const *resolvers;
	const char *trust_anchor;
	const char *ca_file;
	int64_t smtp_port;
	int64_t https_port;
	int64_t timeout;
	int64_t soon_days;
	int64_t jobs;
	bool no_smtp;
	bool json;
	char **domains;
	Store *store;
} DomainCheck;

/* Prints on stdout, in the order of the domains, each as soon as it is its
 * turn. Complains where the program was built without a probe. */
CommandStatus domain_check(const DomainCheck *check);

#endif
