/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/probe-options.h"

#include <string.h>

#include "parser/address.h"

enum {
	LABEL_MAX = 63,
};

ProbeOptions probe_options = {
	.smtp_port = PROBE_OPTIONS_NOT_SAID,
	.https_port = PROBE_OPTIONS_NOT_SAID,
	.timeout = PROBE_OPTIONS_NOT_SAID,
};

/* What an option of the command line may be, as the settings have it. */
static const struct {
	const char *name;
	gint *value;
	const char *range;
} numbers[] = {
	{"--timeout", &probe_options.timeout, "1 to 600"},
	{"--smtp-port", &probe_options.smtp_port, "1 to 65535"},
	{"--https-port", &probe_options.https_port, "1 to 65535"},
};

bool probe_options_check_number(
	const char *name, gint *value, const char *range, GError **error)
{
	const ValueForm form = {VALUE_NUMBER, range};
	g_autofree char *text = g_strdup_printf("%d", *value);
	int64_t number;

	if (*value != PROBE_OPTIONS_NOT_SAID)
		return value_parse(&form, name, text, &number, error);
	*value = 0;
	return true;
}

static bool check_resolvers(GError **error)
{
	static const ValueForm form = {VALUE_STRING, "ADDRESS or ADDRESS@PORT",
		.check = value_is_resolver};
	char **one = probe_options.resolvers;

	for (; one != NULL && *one != NULL; one++) {
		int64_t none;

		if (!value_parse(&form, "--resolver", *one, &none, error))
			return false;
	}
	return true;
}

bool probe_options_check(GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (!probe_options_check_number(numbers[i].name,
			    numbers[i].value, numbers[i].range, error))
			return false;
	}
	return check_resolvers(error);
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

char *probe_options_read_domain(const CommandLine *line, const char *text)
{
	char *domain = strchr(text, '@') != NULL
			       ? address_get_domain(text)
			       : address_canonical_domain(text);

	if (domain != NULL && is_domain(domain))
		return domain;
	g_free(domain);
	command_complain("%s: \"%s\" is not the name of a domain",
		line->command->name, text);
	return NULL;
}

Settings *probe_options_load_settings(const CommandLine *line, GError **error)
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
