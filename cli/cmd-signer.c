/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/command.h"
#include "parser/address.h"
#include "sql/store-rule.h"

static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "for list: print JSON",
		NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "comma-separated values", NULL},
	{NULL},
};

static bool list(Store *store, G_GNUC_UNUSED const char *name, GError **error)
{
	g_autoptr(StoreTable) rows = store_rule_signers(store, error);
	TableFormat format;

	if (rows == NULL || !command_get_format(json, csv, &format, error))
		return false;
	if (rows->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("No signer is trusted.\n");
	else
		command_print_table(rows, format);
	return true;
}

static bool trust(Store *store, const char *domain, GError **error)
{
	if (!store_rule_trust(store, domain, true, error))
		return false;
	command_printf("Trusted %s.\n", domain);
	return true;
}

static bool distrust(Store *store, const char *domain, GError **error)
{
	if (!store_rule_trust(store, domain, false, error))
		return false;
	command_printf("Removed %s.\n", domain);
	return true;
}

static const struct {
	const char *name;
	size_t words;
	bool (*run)(Store *store, const char *domain, GError **error);
} actions[] = {
	{"list", 0, list},
	{"trust", 1, trust},
	{"distrust", 1, distrust},
};

/* As signatures name it; the caller frees it. */
static char *read_domain(const char *text, GError **error)
{
	g_autofree char *domain = address_canonical_domain(text);

	if (domain != NULL &&
		(strcmp(domain, "*") == 0 ||
			(address_is_host_name(domain) && strchr(domain, '.'))))
		return g_steal_pointer(&domain);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"signer: \"%s\" is not a signer: name a domain, or * for all "
		"that sign",
		text);
	return NULL;
}

static CommandStatus run_action(size_t action, const CommandLine *line)
{
	const char *name = line->arguments[1];
	g_autoptr(GError) error = NULL;
	g_autofree char *domain =
		name != NULL ? read_domain(name, &error) : NULL;
	g_autoptr(Store) store = NULL;

	if (error == NULL)
		store = command_connect(line, &error);
	if (store == NULL || !actions[action].run(store, domain, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	size_t count = g_strv_length(line->arguments);

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (count == actions[i].words + 1 &&
			strcmp(line->arguments[0], actions[i].name) == 0)
			return run_action(i, line);
	}
	return command_show_usage(line);
}

const Command cmd_signer = {
	.name = "signer",
	.arguments = "list|trust|distrust [DOMAIN]",
	.summary = "list and set whose signed reports open alerts",
	.details = "Only reports that a trusted domain has signed open and "
		   "resolve alerts.\n"
		   "trust adds a domain, and distrust removes it. Operators do "
		   "so, and readers\nlist them: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OPERATOR,
	.options = options,
	.run = run,
};
