/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"

enum {
	NAME_WIDTH = 14,
	OPTION_WIDTH = 24,
};

/* What stands beside the options of a command that needs as much. */
static const struct {
	CommandNeeds needs;
	const char *option;
	const char *words;
} shared_options[] = {
	{COMMAND_NEEDS_SETTINGS, "-c, --config=FILE",
		"read FILE, not " SYSCONFDIR "/tlsrpt-milter.conf"},
	{COMMAND_NEEDS_DATABASE, "-d, --database=CONNINFO",
		"connect there instead of as configured"},
	{COMMAND_NEEDS_NOTHING, "-h, --help", "show this help"},
};

static void print_options(const GOptionEntry *option)
{
	for (; option->long_name != NULL; option++) {
		g_autofree char *name = NULL;

		name = g_strdup_printf("%c%c%c --%s%s%s",
			option->short_name != 0 ? '-' : ' ',
			option->short_name != 0 ? option->short_name : ' ',
			option->short_name != 0 ? ',' : ' ', option->long_name,
			option->arg_description != NULL ? "=" : "",
			option->arg_description != NULL
				? option->arg_description
				: "");
		command_printf(
			"  %-*s %s\n", OPTION_WIDTH, name, option->description);
	}
}

static void print_command(const Command *command)
{
	bool bare = *command->arguments == '\0';

	command_printf("usage: tlsreport %s [OPTION]...%s%s\n\n%s\n",
		command->name, bare ? "" : " ", command->arguments,
		command->summary);
	if (command->details != NULL)
		command_printf("%s\n", command->details);
	command_print("\noptions:\n");
	print_options(command->options);
	for (size_t i = 0; i < G_N_ELEMENTS(shared_options); i++) {
		if (shared_options[i].needs <= command->needs)
			command_printf("  %-*s %s\n", OPTION_WIDTH,
				shared_options[i].option,
				shared_options[i].words);
	}
}

static void print_overview(void)
{
	const Command *const *command = command_list;

	command_print("usage: tlsreport [-c FILE] [-d CONNINFO] COMMAND "
		      "[OPTION]... [ARGUMENT]...\n"
		      "       tlsreport -h | -V\n\n"
		      "Explains, imports and shows reports about TLS in mail "
		      "(TLSRPT, RFC 8460).\n\ncommands:\n");
	for (; *command != NULL; command++)
		command_printf("  %-*s %s\n", NAME_WIDTH, (*command)->name,
			(*command)->summary);
	command_print(
		"\n"
		"\"tlsreport help COMMAND\" explains a command.\n"
		"\n"
		"The exit status is 0 if all is well, 1 if something bad was "
		"found, 2 for a wrong\n"
		"command line or configuration, 3 if the database cannot be "
		"used.\n");
}

void cmd_help_print(const Command *command)
{
	if (command == NULL)
		print_overview();
	else
		print_command(command);
}

static CommandStatus run(const CommandLine *line)
{
	const char *name = line->arguments[0];
	const Command *command = NULL;

	if (name != NULL && line->arguments[1] != NULL) {
		command_complain("help: name one command");
		return COMMAND_USAGE;
	}
	if (name != NULL)
		command = command_find(name);
	if (name != NULL && command == NULL)
		return command_show_unknown(name);
	cmd_help_print(command);
	return COMMAND_DONE;
}

static const GOptionEntry options[] = {{NULL}};

const Command cmd_help = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "explain the commands",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
