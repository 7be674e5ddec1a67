/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_PROBE_OPTIONS_H
#define CLI_CHECK_PROBE_OPTIONS_H

/* The options of all commands that look at a domain, and what they share. */

#include <glib.h>
#include <limits.h>
#include <stdbool.h>

#include "cli/command.h"
#include "conf/settings.h"

/* What the command line says, which goes before the settings: NULL and, once
 * it was checked, 0 are not said. `trust_anchor` may be "". */
typedef struct {
	char **resolvers;
	char *trust_anchor;
	char *ca_file;
	gint smtp_port;
	gint https_port;
	gint timeout;
} ProbeOptions;

/* Of the only command of the process. */
extern ProbeOptions probe_options;

#define PROBE_OPTIONS                                                          \
	{"timeout", 0, 0, G_OPTION_ARG_INT, &probe_options.timeout,            \
		"the most seconds a domain may take (default 30)", "SECONDS"}, \
		{"resolver", 0, 0, G_OPTION_ARG_STRING_ARRAY,                  \
			&probe_options.resolvers,                              \
			"ask this resolver: ADDRESS or ADDRESS@PORT",          \
			"ADDRESS"},                                            \
		{"trust-anchor", 0, 0, G_OPTION_ARG_STRING,                    \
			&probe_options.trust_anchor,                           \
			"the file with the keys of the DNS root; \"\" for "    \
			"none",                                                \
			"FILE"},                                               \
		{"ca-file", 0, 0, G_OPTION_ARG_FILENAME,                       \
			&probe_options.ca_file,                                \
			"the file with certificate authorities", "FILE"},      \
		{"smtp-port", 0, 0, G_OPTION_ARG_INT,                          \
			&probe_options.smtp_port,                              \
			"the port of mail servers (default 25)", "PORT"},      \
	{                                                                      \
		"https-port", 0, 0, G_OPTION_ARG_INT,                          \
			&probe_options.https_port,                             \
			"the port of policy hosts (default 443)", "PORT"       \
	}

/* Whether each of them may be so. SETTINGS_ERROR_VALUE. */
bool probe_options_check(GError **error);

/* What a number is before the command line is read, so that 0 can be refused.
 */
enum {
	PROBE_OPTIONS_NOT_SAID = INT_MIN,
};

/* The same for a number of a command; afterwards 0 is what was not said. */
bool probe_options_check_number(
	const char *name, gint *value, const char *range, GError **error);

/* A domain, or that of an address of mail, in A-labels and lower case, which
 * the caller frees. Complains and is NULL where it is not a domain. */
char *probe_options_read_domain(const CommandLine *line, const char *text);

/* Without a configuration the defaults do; one that was named, or is wrong, has
 * to be right. The caller owns a reference. */
Settings *probe_options_load_settings(const CommandLine *line, GError **error);

#endif
