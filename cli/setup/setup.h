/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SETUP_SETUP_H
#define CLI_SETUP_SETUP_H

/* Leads a domain to TLSRPT and MTA-STS, or back. */

#include <stdbool.h>
#include <stdint.h>

#include "cli/check/probe-options.h"
#include "cli/command.h"
#include "cli/setup/virtual-host.h"
#include "conf/settings.h"
#include "parser/policy-string.h"

/* What the command line says. `mode` is POLICY_STS_UNKNOWN where it says none,
 * `addresses`, canonical, of the web server, and `directory` for the files may
 * be NULL, and so may `https`, the URL
 * to which reports are to be sent. */
typedef struct {
	const Settings *settings;
	const char *settings_path;
	const ProbeOptions *options;
	const char *domain;
	PolicyStsMode mode;
	SetupServer server;
	const char *const *addresses;
	const char *https;
	const char *directory;
	bool force;
	bool json;
} Setup;

/* Prints the steps on stdout, after the files were written. Complains where the
 * program was built without a probe. */
CommandStatus setup_run(const Setup *setup);

#endif
