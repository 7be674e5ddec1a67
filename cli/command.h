/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* The commands of tlsreport and what they share. */

#include <glib.h>
#include <stdbool.h>

#include "cli/table.h"
#include "conf/settings.h"
#include "sql/store.h"

typedef enum {
	COMMAND_DONE = 0,
	/* Something bad was found, or part of the work could not be done. */
	COMMAND_BAD = 1,
	/* The command line or the configuration is wrong. */
	COMMAND_USAGE = 2,
	COMMAND_UNAVAILABLE = 3,
} CommandStatus;

/* Which of the options -c and -d a command has. */
typedef enum {
	COMMAND_NEEDS_NOTHING,
	COMMAND_NEEDS_SETTINGS,
	COMMAND_NEEDS_DATABASE,
} CommandNeeds;

/* Whose role in the database a command needs. */
typedef enum {
	COMMAND_FOR_ANYONE,
	COMMAND_FOR_READER,
	COMMAND_FOR_WRITER,
	COMMAND_FOR_OPERATOR,
	COMMAND_FOR_OWNER,
	COMMAND_USER_COUNT,
} CommandUser;

typedef struct Command Command;

/* What every command is given: itself, -c and -d, NULL when not given, and the
 * arguments that are no options, ended by NULL and never NULL. */
typedef struct {
	const Command *command;
	const char *settings_path;
	const char *database;
	char **arguments;
} CommandLine;

/* A file cmd-*.c has one or more of these, which begin with "const Command
 * cmd_": that is how they are found. `arguments` is empty for none, and then
 * none are let through; `summary` and `details`, which may be NULL, are lines
 * for the help; `options` ends with an entry of NULL and puts values into
 * variables of the command's own file. */
struct Command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *details;
	CommandNeeds needs;
	CommandUser who;
	const GOptionEntry *options;
	CommandStatus (*run)(const CommandLine *line);
};

/* All commands in the order of the help, ended by NULL: made by local.mk. */
extern const Command *const command_list[];

/* Prints the help of one command, or of the program for NULL. */
void cmd_help_print(const Command *command);

/* NULL when there is no command of that name. */
const Command *command_find(const char *name);

/* Prints "tlsreport: ", the message, escaped, and a newline on stderr. Safe in
 * several threads. */
void command_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Complains that no command has that name, and says which are near. */
CommandStatus command_show_unknown(const char *name);

/* Complains that the arguments are not those of the command, and says which
 * are. */
CommandStatus command_show_usage(const CommandLine *line);

/* Runs a command, which is the only one of the process. */
CommandStatus command_run(const CommandLine *line);

/* What to do where the database does not let the user in, or does not let the
 * user do what the command does: the caller frees it. NULL for another error.
 */
char *command_make_advice(const GError *error);

/* Complains about an error of settings, the store or the command line; the
 * status that follows from it. */
CommandStatus command_fail(const GError *error);

/* The path of -c, or of the installed configuration. */
const char *command_get_settings_path(const CommandLine *line);

/* Reads the configuration. Where it cannot be read, -d was given and -c was
 * not, the defaults do. The caller owns a reference. */
Settings *command_load_settings(const CommandLine *line, GError **error);

/* Opens the database of -d, or of the settings, for that many statements at a
 * time; connects with the first. The caller closes it. */
Store *command_open_store(const CommandLine *line, const Settings *settings,
	size_t connections, GError **error);

/* Both, for what needs nothing else of the settings. */
Store *command_connect(const CommandLine *line, GError **error);

/* The format that --json and --csv choose; false and an error of G_OPTION_ERROR
 * when both are given. */
bool command_get_format(
	gboolean json, gboolean csv, TableFormat *format, GError **error);

/* Print on stdout. That it failed is remembered. For people the column
 * `reporter` stands in place of organization_name and auth_domain, and columns
 * have short names; programs get all of them. */
void command_print_table(StoreTable *table, TableFormat format);

/* The same for people, each row as lines of its own. */
void command_print_records(StoreTable *table);

void command_print(const char *text);
void command_printf(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Writes what is still in memory; the errno of the first failure to print, or
 * 0. */
int command_flush(void);

#endif
