/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "sql/migrate.h"

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
	printf("The schema is there, in version %d. Next: tlsrptctl db grant "
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
		printf("Nothing to do: the schema has version %d.\n",
			result.version_after);
	else
		printf("The schema went from version %d to %d.\n",
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
	table = migrate_status(store, error);
	if (table == NULL)
		return false;
	command_print_table(table, format);
	return true;
}

static bool run_grant(Store *store, char **arguments, GError **error)
{
	if (strcmp(arguments[0], "writer") != 0 &&
		strcmp(arguments[0], "reader") != 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"db grant: \"%s\" is neither writer nor reader",
			arguments[0]);
		return false;
	}
	if (!migrate_grant(store, arguments[0], arguments[1], error))
		return false;
	printf("The role may log in and is a %s.\n", arguments[0]);
	return true;
}

static const struct {
	const char *name;
	size_t arguments;
	bool (*run)(Store *store, char **arguments, GError **error);
} actions[] = {
	{"init", 0, run_init},
	{"upgrade", 0, run_upgrade},
	{"status", 0, run_status},
	{"grant", 2, run_grant},
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
		if (count == actions[i].arguments + 1 &&
			strcmp(line->arguments[0], actions[i].name) == 0)
			return run_action(i, line);
	}
	command_complain("db: say %s", cmd_db.arguments);
	return COMMAND_USAGE;
}

const Command cmd_db = {
	.name = "db",
	.arguments = "init|upgrade|status|grant writer|reader ROLE",
	.summary = "create, upgrade and look at the schema; grant roles",
	.details = "A writer may store reports, a reader may read the views; "
		   "a ROLE that is missing\n"
		   "is made. The owner of the database does this: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.options = options,
	.run = run,
};
