/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "cli/command.h"
#include "sql/store-maintain.h"

static const GOptionEntry options[] = {{NULL}};

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_connect(line, &error);
	StoreMaintenance done = {0};

	if (store == NULL || !store_maintain(store, &done, &error))
		return command_fail(error);
	if (done.folded < 0)
		command_print("Another process is adding to the roll-ups.\n");
	else
		printf("Reports added to the roll-ups: %" PRId64 "\n",
			done.folded);
	printf("Partitions created: %" PRId64 "\n", done.partitions);
	return COMMAND_DONE;
}

const Command cmd_maintain = {
	.name = "maintain",
	.arguments = "",
	.summary = "bring roll-ups and partitions up to date, once",
	.needs = COMMAND_NEEDS_DATABASE,
	.options = options,
	.run = run,
};
