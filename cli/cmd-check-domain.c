/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "cli/check/domain.h"
#include "cli/check/probe-options.h"
#include "cli/command.h"

static gboolean json;
static gboolean no_smtp;
static gint days = PROBE_OPTIONS_NOT_SAID;
static gint jobs = PROBE_OPTIONS_NOT_SAID;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print an array of JSON",
		NULL},
	{"no-smtp", 0, 0, G_OPTION_ARG_NONE, &no_smtp,
		"do not connect to mail servers", NULL},
	{"days", 'n', 0, G_OPTION_ARG_INT, &days,
		"warn this many days before a certificate expires", "N"},
	{"jobs", 0, 0, G_OPTION_ARG_INT, &jobs,
		"look at so many domains at once (default 8)", "N"},
	PROBE_OPTIONS,
	{NULL},
};

static bool check_options(GError **error)
{
	return probe_options_check_number(
		       "--days", &days, "1 to 3650", error) &&
	       probe_options_check_number("--jobs", &jobs, "1 to 64", error) &&
	       probe_options_check(error);
}

/* Each once; NULL when one of them is none. */
static char **read_domains(const CommandLine *line)
{
	char **arguments = line->arguments;
	g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (; *arguments != NULL; arguments++) {
		char *domain = probe_options_read_domain(line, *arguments);

		if (domain == NULL)
			return NULL;
		if (g_hash_table_contains(seen, domain)) {
			g_free(domain);
			continue;
		}
		g_hash_table_add(seen, domain);
		g_ptr_array_add(domains, domain);
	}
	g_ptr_array_add(domains, NULL);
	return (char **)g_ptr_array_steal(domains, NULL);
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_auto(GStrv) domains = NULL;
	DomainCheck check;

	if (*line->arguments == NULL)
		return command_show_usage(line);
	domains = read_domains(line);
	if (domains == NULL)
		return COMMAND_USAGE;
	if (!check_options(&error))
		return command_fail(error);
	check = (DomainCheck){
		.options = &probe_options,
		.soon_days = days,
		.jobs = jobs,
		.no_smtp = no_smtp,
		.json = json,
	};
	settings = probe_options_load_settings(line, &error);
	if (settings == NULL)
		return command_fail(error);
	store = command_open_store(line, settings, 1, &error);
	if (store == NULL)
		return command_fail(error);
	check.settings = settings;
	check.store = store;
	check.domains = domains;
	return domain_check(&check);
}

const Command cmd_check_domain = {
	.name = "check-domain",
	.arguments = "DOMAIN...",
	.summary = "look at a domain as the world sees it now",
	.details = "Looks at the records, the policy, the mail servers and "
		   "their certificates,\nand says what is wrong and what to "
		   "do. It sends no mail.\nStatus 1: a warning, or worse; 3: "
		   "something could not be looked at.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run,
};
