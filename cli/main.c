/* SPDX-License-Identifier: BSD-2-Clause */
#include <locale.h>
#include <stdbool.h>

#include "cli/command.h"
#include "cli/option-words.h"

/* The options before the command, or those after it. */
typedef struct {
	char *settings_path;
	char *database;
	gboolean help;
	gboolean version;
	char **words;
} Options;

static void options_clear(Options *options)
{
	g_free(options->settings_path);
	g_free(options->database);
	g_strfreev(options->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Reads options from tables that end with NULL; `first` is that of
 * option_words_split(). */
static bool parse(char *const *words, const GOptionEntry *const *tables,
	bool first, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) split = option_words_split(words, tables, first, error);

	if (split == NULL)
		return false;
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_strict_posix(context, first);
	for (; *tables != NULL; tables++)
		g_option_context_add_main_entries(context, *tables, NULL);
	return g_option_context_parse_strv(context, &split, error);
}

/* Reads the options up to the first word that is none. */
static bool parse_before(Options *options, char **words, GError **error)
{
	const GOptionEntry entries[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME,
			&options->settings_path, NULL, NULL},
		{"database", 'd', 0, G_OPTION_ARG_STRING, &options->database,
			NULL, NULL},
		{"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, NULL, NULL},
		{"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, NULL,
			NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
			&options->words, NULL, NULL},
		{NULL},
	};
	const GOptionEntry *const tables[] = {entries, NULL};

	return parse(words, tables, true, error);
}

/* Reads the options of a command; `words` begins with its name. */
static bool parse_command(
	Options *options, const Command *command, char **words, GError **error)
{
	const GOptionEntry all[] = {
		{"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, NULL, NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
			&options->words, NULL, NULL},
		{NULL},
	};
	const GOptionEntry settings[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME,
			&options->settings_path, NULL, NULL},
		{NULL},
	};
	const GOptionEntry database[] = {
		{"database", 'd', 0, G_OPTION_ARG_STRING, &options->database,
			NULL, NULL},
		{NULL},
	};
	const GOptionEntry *tables[] = {
		all, command->options, NULL, NULL, NULL};
	size_t count = 2;

	if (command->needs != COMMAND_NEEDS_NOTHING)
		tables[count++] = settings;
	if (command->needs == COMMAND_NEEDS_DATABASE)
		tables[count++] = database;
	return parse(words, tables, false, error);
}

static CommandStatus run_command(const Command *command, const Options *before)
{
	static char *no_arguments[] = {NULL};
	g_auto(Options) options = {0};
	g_autoptr(GError) error = NULL;
	CommandLine line = {.command = command, .arguments = no_arguments};

	if (!parse_command(&options, command, before->words, &error)) {
		command_complain("%s: %s: see tlsreport help %s", command->name,
			error->message, command->name);
		return COMMAND_USAGE;
	}
	if (options.help) {
		cmd_help_print(command);
		return COMMAND_DONE;
	}
	line.settings_path = options.settings_path != NULL
				     ? options.settings_path
				     : before->settings_path;
	line.database =
		options.database != NULL ? options.database : before->database;
	if (options.words != NULL && *command->arguments == '\0') {
		command_complain("%s: takes options only", command->name);
		return COMMAND_USAGE;
	}
	if (options.words != NULL)
		line.arguments = options.words;
	return command_run(&line);
}

static CommandStatus run(Options *before)
{
	const Command *command;

	if (before->help) {
		cmd_help_print(NULL);
		return COMMAND_DONE;
	}
	if (before->version) {
		command_print("tlsreport " PACKAGE_VERSION "\n");
		return COMMAND_DONE;
	}
	if (before->words == NULL) {
		command_complain("a command is missing: see tlsreport help");
		return COMMAND_USAGE;
	}
	command = command_find(before->words[0]);
	if (command == NULL)
		return command_show_unknown(before->words[0]);
	return run_command(command, before);
}

int main(G_GNUC_UNUSED int argc, char **argv)
{
	g_auto(Options) before = {0};
	g_autoptr(GError) error = NULL;
	CommandStatus status;
	int print_errno;

	setlocale(LC_CTYPE, "");
	if (!parse_before(&before, argv, &error)) {
		command_complain("%s: see tlsreport help", error->message);
		return COMMAND_USAGE;
	}
	status = run(&before);
	print_errno = command_flush();
	if (print_errno != 0) {
		command_complain(
			"standard output: %s", g_strerror(print_errno));
		return MAX(status, COMMAND_BAD);
	}
	return (int)status;
}
