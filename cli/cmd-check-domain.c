/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cli/check/domain.h"
#include "cli/command.h"
#include "parser/address.h"

enum {
	DOMAINS_MAX = 1000000,
	LABEL_MAX = 63,
	NOT_SAID = G_MININT,
};

static gboolean json;
static gboolean no_smtp;
static gint days = NOT_SAID;
static gint jobs = NOT_SAID;
static gint smtp_port = NOT_SAID;
static gint https_port = NOT_SAID;
static gint timeout = NOT_SAID;
static char **resolvers;
static char *trust_anchor;
static char *ca_file;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print an array of JSON",
		NULL},
	{"no-smtp", 0, 0, G_OPTION_ARG_NONE, &no_smtp,
		"do not connect to mail servers", NULL},
	{"days", 'n', 0, G_OPTION_ARG_INT, &days,
		"warn this many days before a certificate expires", "N"},
	{"jobs", 0, 0, G_OPTION_ARG_INT, &jobs,
		"look at so many domains at once (default 8)", "N"},
	{"timeout", 0, 0, G_OPTION_ARG_INT, &timeout,
		"the most seconds a domain may take (default 30)", "SECONDS"},
	{"resolver", 0, 0, G_OPTION_ARG_STRING_ARRAY, &resolvers,
		"ask this resolver: ADDRESS or ADDRESS@PORT", "ADDRESS"},
	{"trust-anchor", 0, 0, G_OPTION_ARG_STRING, &trust_anchor,
		"the file with the keys of the DNS root; \"\" for none",
		"FILE"},
	{"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &ca_file,
		"the file with certificate authorities", "FILE"},
	{"smtp-port", 0, 0, G_OPTION_ARG_INT, &smtp_port,
		"the port of mail servers (default 25)", "PORT"},
	{"https-port", 0, 0, G_OPTION_ARG_INT, &https_port,
		"the port of policy hosts (default 443)", "PORT"},
	{NULL},
};

/* What an option of the command line may be, as the settings have it. */
static const struct {
	const char *name;
	gint *value;
	ValueForm form;
} numbers[] = {
	{"--days", &days, {VALUE_NUMBER, "1 to 3650"}},
	{"--jobs", &jobs, {VALUE_NUMBER, "1 to 64"}},
	{"--timeout", &timeout, {VALUE_NUMBER, "1 to 600"}},
	{"--smtp-port", &smtp_port, {VALUE_NUMBER, "1 to 65535"}},
	{"--https-port", &https_port, {VALUE_NUMBER, "1 to 65535"}},
};

/* Afterwards 0 is what was not said. */
static bool check_numbers(GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *text =
			g_strdup_printf("%d", *numbers[i].value);
		int64_t value;

		if (*numbers[i].value == NOT_SAID)
			*numbers[i].value = 0;
		else if (!value_parse(&numbers[i].form, numbers[i].name, text,
				 &value, error))
			return false;
	}
	return true;
}

static bool check_resolvers(GError **error)
{
	static const ValueForm form = {VALUE_STRING, "ADDRESS or ADDRESS@PORT",
		.check = value_is_resolver};

	for (char **one = resolvers; one != NULL && *one != NULL; one++) {
		int64_t none;

		if (!value_parse(&form, "--resolver", *one, &none, error))
			return false;
	}
	return true;
}

/* As a name of mail has to be, with underscores besides. */
static bool is_domain(const char *text)
{
	if (!address_is_host_name(text) || g_hostname_is_ip_address(text))
		return false;
	for (;;) {
		size_t length = strcspn(text, ".");

		if (length == 0 || length > LABEL_MAX || text[0] == '-' ||
			text[length - 1] == '-')
			return false;
		if (text[length] == '\0')
			return true;
		text += length + 1;
	}
}

/* A domain, or that of an address of mail. */
static char *read_domain(const char *text)
{
	char *domain = strchr(text, '@') != NULL
			       ? address_get_domain(text)
			       : address_canonical_domain(text);

	if (domain != NULL && is_domain(domain))
		return domain;
	g_free(domain);
	command_complain(
		"check-domain: \"%s\" is not the name of a domain", text);
	return NULL;
}

/* Each once; NULL when one of them is none. */
static char **read_domains(char **arguments)
{
	g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (; *arguments != NULL && domains->len < DOMAINS_MAX; arguments++) {
		char *domain = read_domain(*arguments);

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

/* Without a configuration the defaults do; one that was named, or is wrong, has
 * to be right. */
static Settings *load_settings(const CommandLine *line, GError **error)
{
	g_autoptr(GError) problem = NULL;
	Settings *settings = command_load_settings(line, &problem);

	if (settings != NULL)
		return settings;
	if (line->settings_path == NULL &&
		g_error_matches(problem, SETTINGS_ERROR, SETTINGS_ERROR_FILE))
		return settings_new_default();
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
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
	domains = read_domains(line->arguments);
	if (domains == NULL)
		return COMMAND_USAGE;
	if (!check_numbers(&error) || !check_resolvers(&error))
		return command_fail(error);
	check = (DomainCheck){
		.resolvers = (const char *const *)resolvers,
		.trust_anchor = trust_anchor,
		.ca_file = ca_file,
		.smtp_port = smtp_port,
		.https_port = https_port,
		.timeout = timeout,
		.soon_days = days,
		.jobs = jobs,
		.no_smtp = no_smtp,
		.json = json,
	};
	settings = load_settings(line, &error);
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
