/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"
#include "sql/store-purge.h"

static gboolean dry_run;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run,
		"only say what would be removed", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "print comma-separated values",
		NULL},
	{NULL},
};

static CommandStatus purge(
	const CommandLine *line, const Settings *settings, TableFormat format)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_open_store(line, settings, 1, &error);
	const StoreRetention retention = {
		.report_days = settings->retention_days,
		.rollup_days = settings->rollup_retention_days,
		.quarantine = {settings->quarantine_days,
			settings->quarantine_max_bytes},
		.really = !dry_run,
	};
	g_autoptr(StoreTable) table = NULL;

	if (store != NULL)
		table = store_purge(store, &retention, &error);
	if (table == NULL)
		return command_fail(error);
	if (table->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("Nothing is old enough to be removed.\n");
	else
		command_print_table(table, format);
	return COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	TableFormat format;

	if (command_get_format(json, csv, &format, &error))
		settings = command_load_settings(line, &error);
	if (settings == NULL)
		return command_fail(error);
	return purge(line, settings, format);
}

const Command cmd_purge = {
	.name = "purge",
	.arguments = "",
	.summary = "remove old reports, roll-ups and quarantined mail",
	.details = "retention_days, rollup_retention_days, quarantine_days and "
		   "quarantine_max_bytes\nof the configuration say what is "
		   "old.\n"
		   "The owner of the database runs this: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OWNER,
	.options = options,
	.run = run,
};
