/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "cli/command.h"
#include "sql/store-maintain.h"

static const GOptionEntry options[] = {{NULL}};

/* Of all batches. */
typedef struct {
	int64_t folded;
	int64_t alert_events;
	int64_t judged;
	int64_t released;
	int64_t partitions;
	char crowded[256];
	bool busy;
} Total;

/* What is passed over keeps nothing else: the first error is reported when all
 * is done. */
static void maintain(
	Store *store, const Settings *settings, Total *total, GError **error)
{
	const StoreMaintainOptions wanted = {
		{settings->quarantine_days, settings->quarantine_max_bytes},
		settings->alert_corroboration ==
			SETTINGS_ALERT_CORROBORATION_YES,
		true};
	StoreMaintenance done = {0};
	g_autoptr(GError) first = NULL;

	do {
		g_autoptr(GError) problem = NULL;

		store_maintain(store, &wanted, &done, &problem);
		total->folded += MAX(done.folded, 0);
		total->alert_events += MAX(done.alert_events, 0);
		total->judged += done.judged;
		total->released += done.released;
		total->partitions += done.partitions;
		total->busy = done.folded < 0;
		if (*done.crowded != '\0')
			g_strlcpy(total->crowded, done.crowded,
				sizeof(total->crowded));
		if (first == NULL)
			first = g_steal_pointer(&problem);
	} while (done.unfinished);
	if (first != NULL)
		g_propagate_error(error, g_steal_pointer(&first));
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = command_load_settings(line, &error);
	g_autoptr(Store) store = NULL;
	Total total = {0};

	if (settings != NULL)
		store = command_open_store(line, settings, 1, &error);
	if (store != NULL)
		maintain(store, settings, &total, &error);
	if (error != NULL)
		return command_fail(error);
	if (total.busy)
		command_print("Another process is adding to the roll-ups.\n");
	if (*total.crowded != '\0')
		command_printf(
			"Alerts of %s that were not opened, as it has too many "
			"open ones: see \"tlsreport alert list\"\n",
			total.crowded);
	command_printf(
		"Reports added to the roll-ups: %" PRId64 "\n", total.folded);
	command_printf(
		"Alerts opened or resolved: %" PRId64 "\n", total.alert_events);
	command_printf("Domains judged: %" PRId64 "\n", total.judged);
	command_printf(
		"Removed from the quarantine: %" PRId64 "\n", total.released);
	command_printf("Partitions created: %" PRId64 "\n", total.partitions);
	return COMMAND_DONE;
}

const Command cmd_maintain = {
	.name = "maintain",
	.arguments = "",
	.summary = "bring roll-ups, alerts and partitions up to date, once",
	.details = "This delivers no alerts: see \"tlsreport alert deliver "
		   "--once\".",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_WRITER,
	.options = options,
	.run = run,
};
