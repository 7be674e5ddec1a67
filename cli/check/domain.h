/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DOMAIN_H
#define CLI_CHECK_DOMAIN_H

/* Looks at domains from outside, and prints what is right and what is not. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/check/probe-options.h"
#include "cli/command.h"
#include "conf/settings.h"
#include "sql/store.h"

/* What the command line says: 0 is not said. `domains` are canonical and end
 * with NULL. `store` is not connected yet; there need be no database. */
typedef struct {
	const Settings *settings;
	const ProbeOptions *options;
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
