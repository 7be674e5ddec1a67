/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/check/probe-options.h"
#include "cli/command.h"
#include "cli/setup/setup.h"
#include "parser/address.h"

static char *mode;
static char *server;
static char **addresses;
static char *https;
static char *directory;
static gboolean force;
static gboolean json;

static const GOptionEntry options[] = {
	{"mode", 'm', 0, G_OPTION_ARG_STRING, &mode,
		"lead to testing, enforce or none", "MODE"},
	{"server", 0, 0, G_OPTION_ARG_STRING, &server,
		"the web server: apache (default) or nginx", "NAME"},
	{"address", 0, 0, G_OPTION_ARG_STRING_ARRAY, &addresses,
		"an address of the web server", "ADDRESS"},
	{"https", 0, 0, G_OPTION_ARG_STRING, &https,
		"let reports be sent there, too", "URL"},
	{"write", 'w', 0, G_OPTION_ARG_FILENAME, &directory,
		"write the files into this directory", "DIR"},
	{"force", 0, 0, G_OPTION_ARG_NONE, &force,
		"overwrite files with other content", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print an array of JSON objects", NULL},
	PROBE_OPTIONS,
	{NULL},
};

static bool read_mode(PolicyStsMode *value, GError **error)
{
	static const int values[] = {
		POLICY_STS_TESTING, POLICY_STS_ENFORCE, POLICY_STS_NONE};
	static const ValueForm form = {
		VALUE_WORD, "testing, enforce, none", .values = values};
	int64_t number = POLICY_STS_UNKNOWN;

	if (mode != NULL && !value_parse(&form, "--mode", mode, &number, error))
		return false;
	*value = (PolicyStsMode)number;
	return true;
}

static bool read_server(SetupServer *value, GError **error)
{
	static const ValueForm form = {VALUE_WORD, "apache, nginx"};
	int64_t number = SETUP_SERVER_APACHE;

	if (server != NULL &&
		!value_parse(&form, "--server", server, &number, error))
		return false;
	*value = (SetupServer)number;
	return true;
}

/* Makes them canonical in place. */
static bool read_addresses(GError **error)
{
	static const ValueForm form = {
		VALUE_STRING, "an IP address", .check = value_is_address};

	for (char **one = addresses; one != NULL && *one != NULL; one++) {
		char canonical[ADDRESS_SIZE];
		int64_t none;

		if (!value_parse(&form, "--address", *one, &none, error))
			return false;
		if (address_canonical(*one, canonical)) {
			g_free(*one);
			*one = g_strdup(canonical);
		}
	}
	return true;
}

static bool read_options(Setup *setup, GError **error)
{
	return read_mode(&setup->mode, error) &&
	       read_server(&setup->server, error) && read_addresses(error) &&
	       probe_options_check(error);
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autofree char *domain = NULL;
	Setup setup = {
		.settings_path = command_get_settings_path(line),
		.options = &probe_options,
		.https = https,
		.directory = directory,
		.force = force,
		.json = json,
	};

	if (*line->arguments == NULL || line->arguments[1] != NULL)
		return command_show_usage(line);
	domain = probe_options_read_domain(line, *line->arguments);
	if (domain == NULL)
		return COMMAND_USAGE;
	settings = probe_options_load_settings(line, &error);
	if (settings == NULL || !read_options(&setup, &error))
		return command_fail(error);
	setup.settings = settings;
	setup.addresses = (const char *const *)addresses;
	setup.domain = domain;
	return setup_run(&setup);
}

const Command cmd_setup = {
	.name = "setup",
	.arguments = "DOMAIN",
	.summary = "print the steps to TLSRPT and MTA-STS for a domain",
	.details = "Looks at what the domain publishes, and prints what is "
		   "left to do, in order:\nrecords, policy, web server and "
		   "certificate. It changes nothing by itself.",
	.needs = COMMAND_NEEDS_SETTINGS,
	.who = COMMAND_FOR_ANYONE,
	.options = options,
	.run = run,
};
