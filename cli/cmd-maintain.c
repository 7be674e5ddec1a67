/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "cli/command.h"
#include "sql/store-maintain.h"

static const GOptionEntry options[] = {{NULL}};

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_connect(line, &error);
	StoreMaintenance done = {.unfinished = true};
	int64_t folded = 0;
	int64_t alert_events = 0;

	while (store != NULL && done.unfinished && error == NULL) {
		store_maintain(store, &done, &error);
		folded += MAX(done.folded, 0);
		alert_events += MAX(done.alert_events, 0);
	}
	if (error != NULL)
		return command_fail(error);
	if (done.folded < 0)
		command_print("Another process is adding to the roll-ups.\n");
	command_printf("Reports added to the roll-ups: %" PRId64 "\n", folded);
	command_printf(
		"Alerts opened or resolved: %" PRId64 "\n", alert_events);
	command_printf("Partitions created: %" PRId64 "\n", done.partitions);
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
