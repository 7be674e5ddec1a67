/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/command.h"
#include "conf/address.h"
#include "parser/address.h"
#include "sql/grant.h"
#include "sql/migrate.h"
#include "sql/store-status.h"

static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print the status as JSON",
		NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the status as comma-separated values", NULL},
	{NULL},
};

static bool run_init(
	Store *store, G_GNUC_UNUSED char **arguments, GError **error)
{
	MigrateResult result = {0};

	if (!migrate_init(store, &result, error))
		return false;
	command_printf(
		"Created the schema, version %d. Next: tlsreport db grant "
		"writer ROLE\n",
		result.version_after);
	return true;
}

static bool run_upgrade(
	Store *store, G_GNUC_UNUSED char **arguments, GError **error)
{
	MigrateResult result = {0};

	if (!migrate_upgrade(store, &result, error))
		return false;
	if (result.version_before == result.version_after)
		command_printf(
			"The schema has version %d already; its functions, "
			"views and rights are up to date.\n",
			result.version_after);
	else
		command_printf("Upgraded the schema from version %d to %d.\n",
			result.version_before, result.version_after);
	return true;
}

static bool run_status(
	Store *store, G_GNUC_UNUSED char **arguments, GError **error)
{
	g_autoptr(StoreTable) table = NULL;
	TableFormat format;

	if (!command_get_format(json, csv, &format, error))
		return false;
	table = store_status(store, error);
	if (table == NULL)
		return false;
	command_print_table(table, format);
	return true;
}

static bool refuse(GError **error, const char *what, const char *text)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"db: \"%s\" is %s", text, what);
	return false;
}

/* As reports are stored. A pattern would be taken for a name that no report
 * has. The caller frees the list. */
static char **read_domains(char **arguments, GError **error)
{
	g_auto(GStrv) domains = g_new0(char *, g_strv_length(arguments) + 1);

	for (size_t i = 0; arguments[i] != NULL; i++) {
		domains[i] = address_canonical_domain(arguments[i]);
		if (domains[i] == NULL || !g_str_is_ascii(domains[i]) ||
			!address_is_domain(domains[i])) {
			refuse(error, "not a domain name", arguments[i]);
			return NULL;
		}
	}
	return g_steal_pointer(&domains);
}

static bool grant_domains(Store *store, char **arguments, GError **error)
{
	g_auto(GStrv) domains = read_domains(arguments + 1, error);
	GrantDomains result;

	if (domains == NULL)
		return false;
	if (domains[0] == NULL)
		return refuse(error, "a tenant without a domain: name one",
			arguments[0]);
	if (!grant_tenant(store, arguments[0], (const char *const *)domains,
		    &result, error))
		return false;
	command_printf("The role is a tenant. Domains: %" PRId64
		       " added, %" PRId64 " in all.\n",
		result.changed, result.total);
	return true;
}

static bool run_grant(Store *store, char **arguments, GError **error)
{
	static const char *const kinds[] = {
		"writer", "reader", "operator", NULL};
	const char *kind = arguments[0];

	if (strcmp(kind, "tenant") == 0)
		return grant_domains(store, arguments + 1, error);
	if (!g_strv_contains(kinds, kind))
		return refuse(error,
			"neither writer, reader, operator nor tenant", kind);
	if (arguments[2] != NULL)
		return refuse(error, "too much: only a tenant has domains",
			arguments[2]);
	if (!grant_role(store, kind, arguments[1], error))
		return false;
	command_printf("The role is %s %s.\n", *kind == 'o' ? "an" : "a", kind);
	return true;
}

static bool run_revoke(Store *store, char **arguments, GError **error)
{
	g_auto(GStrv) domains = NULL;
	GrantDomains result;

	if (strcmp(arguments[0], "tenant") != 0)
		return refuse(error, "not tenant", arguments[0]);
	domains = read_domains(arguments + 2, error);
	if (domains == NULL)
		return false;
	if (!grant_revoke(store, arguments[1], (const char *const *)domains,
		    &result, error))
		return false;
	command_printf("The role is %s tenant. Domains: %" PRId64
		       " taken away, %" PRId64 " left.\n",
		domains[0] != NULL ? "still a" : "no longer a", result.changed,
		result.total);
	return true;
}

/* Bounds on the words behind the action. */
static const struct {
	const char *name;
	size_t least;
	size_t most;
	bool (*run)(Store *store, char **arguments, GError **error);
} actions[] = {
	{"init", 0, 0, run_init},
	{"upgrade", 0, 0, run_upgrade},
	{"status", 0, 0, run_status},
	{"grant", 2, SIZE_MAX, run_grant},
	{"revoke", 2, SIZE_MAX, run_revoke},
};

static CommandStatus run_action(size_t action, const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_connect(line, &error);

	if (store == NULL ||
		!actions[action].run(store, line->arguments + 1, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	size_t count = g_strv_length(line->arguments);

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (count > actions[i].least && count - 1 <= actions[i].most &&
			strcmp(line->arguments[0], actions[i].name) == 0)
			return run_action(i, line);
	}
	return command_show_usage(line);
}

const Command cmd_db = {
	.name = "db",
	.arguments = "init|upgrade|status|grant ...|revoke ...",
	.summary = "create, upgrade and inspect the schema; grant roles",
	.details =
		"grant writer|reader|operator ROLE lets ROLE store reports, "
		"read the views, or\n"
		"read and also acknowledge alerts, set rules and look after "
		"the quarantine.\n"
		"grant tenant ROLE DOMAIN... lets ROLE read what is about "
		"these domains.\n"
		"revoke tenant ROLE [DOMAIN...] takes these domains away, or "
		"all of them.\n"
		"grant creates a ROLE that does not exist. Readers see the "
		"status; the owner of\n"
		"the database runs the rest: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OWNER,
	.options = options,
	.run = run,
};
