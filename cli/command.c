/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/nearest.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "sql/error.h"

static const CommandStatus store_statuses[] = {
	[STORE_ERROR_UNAVAILABLE] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_SLOW] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_LOCKED] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_REFUSED] = COMMAND_BAD,
	[STORE_ERROR_SCHEMA] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_PERMISSION] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_LOGIN] = COMMAND_UNAVAILABLE,
	[STORE_ERROR_NOT_FOUND] = COMMAND_BAD,
};

#define AS_OWNER "su - postgres -c 'tlsreport -d dbname=tlsrpt "

/* What stands before and after the name of the command. */
static const struct {
	const char *before;
	const char *after;
} advice[COMMAND_USER_COUNT] = {
	[COMMAND_FOR_ANYONE] = {"", ""},
	[COMMAND_FOR_READER] = {"run ", " as a user whose role is a reader, "
					"or name that role with -d "
					"'dbname=tlsrpt user=ROLE'; " AS_OWNER
					"db grant reader ROLE' makes one"},
	[COMMAND_FOR_WRITER] = {"run it as the user of the daemon: runuser -u "
				"tlsrpt-milter -- tlsreport ",
		""},
	[COMMAND_FOR_OPERATOR] =
		{"run it as the owner of the database: " AS_OWNER,
			" ...'; or as a user whose role is an operator, which "
			"tlsreport db grant operator ROLE makes"},
	[COMMAND_FOR_OWNER] = {"run it as the owner of the database: " AS_OWNER,
		" ...'"},
};

/* Errors come from far below, where the command is not known. */
static const Command *running;

const Command *command_find(const char *name)
{
	for (size_t i = 0; command_list[i] != NULL; i++) {
		if (strcmp(command_list[i]->name, name) == 0)
			return command_list[i];
	}
	return NULL;
}

/* A word with an equals sign may be a connection string with a password. */
CommandStatus command_show_unknown(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *near = NULL;

	for (size_t i = 0; command_list[i] != NULL; i++)
		g_ptr_array_add(names, g_strdup(command_list[i]->name));
	near = nearest_list(name, names);
	if (near != NULL)
		command_complain(
			"there is no command \"%s\"; nearest: %s", name, near);
	else if (strpbrk(name, "=:") != NULL)
		command_complain("a command is missing before its arguments: "
				 "see tlsreport help");
	else
		command_complain("there is no command \"%s\": see tlsreport "
				 "help",
			name);
	return COMMAND_USAGE;
}

/* stdio knows only that something failed, and not why. */
static int print_errno;

static void note_failure(bool failed)
{
	if (failed)
		g_atomic_int_compare_and_exchange(&print_errno, 0, errno);
}

void command_print(const char *text)
{
	note_failure(fputs(text, stdout) == EOF);
}

void command_printf(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is */
	note_failure(vprintf(format, arguments) < 0);
	va_end(arguments);
}

int command_flush(void)
{
	note_failure(fflush(stdout) != 0);
	return g_atomic_int_get(&print_errno);
}

static void make_readable(StoreTable *table)
{
	store_table_replace(table, "organization_name", "reporter");
	store_table_drop(table, "auth_domain");
	store_table_drop(table, "host_of");
	store_table_drop(table, "received_by");
	store_table_drop(table, "report_key");
	table_tidy(table);
}

void command_print_table(StoreTable *table, TableFormat format)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *text = NULL;

	if (format == TABLE_FORMAT_TEXT)
		make_readable(table);
	else
		store_table_drop(table, "reporter");
	text = table_write(table, format, &style);
	command_print(text);
}

void command_print_records(StoreTable *table)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *text = NULL;

	make_readable(table);
	text = table_write_records(table, &style);
	command_print(text);
}

bool command_get_format(
	gboolean json, gboolean csv, TableFormat *format, GError **error)
{
	if (json && csv) {
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_BAD_VALUE,
			"--json and --csv exclude each other");
		return false;
	}
	*format = TABLE_FORMAT_TEXT;
	if (json)
		*format = TABLE_FORMAT_JSON;
	if (csv)
		*format = TABLE_FORMAT_CSV;
	return true;
}

void command_complain(const char *format, ...)
{
	g_autofree char *message = NULL;
	g_autofree char *escaped = NULL;
	g_autofree char *line = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	escaped = text_escape(message, g_get_charset(NULL));
	line = g_strconcat("tlsreport: ", escaped, NULL);
	command_flush();
	progress_interrupt(line);
}

CommandStatus command_show_usage(const CommandLine *line)
{
	command_complain("usage: tlsreport %s %s; see tlsreport help %s",
		line->command->name, line->command->arguments,
		line->command->name);
	return COMMAND_USAGE;
}

CommandStatus command_run(const CommandLine *line)
{
	running = line->command;
	return line->command->run(line);
}

static CommandStatus get_status(const GError *error)
{
	if (error->domain == STORE_ERROR &&
		(size_t)error->code < G_N_ELEMENTS(store_statuses))
		return store_statuses[error->code];
	if (error->domain == SETTINGS_ERROR || error->domain == G_OPTION_ERROR)
		return COMMAND_USAGE;
	return COMMAND_BAD;
}

char *command_make_advice(const GError *error)
{
	if (running == NULL ||
		(!g_error_matches(error, STORE_ERROR, STORE_ERROR_LOGIN) &&
			!g_error_matches(
				error, STORE_ERROR, STORE_ERROR_PERMISSION)))
		return NULL;
	return g_strconcat(advice[running->who].before, running->name,
		advice[running->who].after, NULL);
}

CommandStatus command_fail(const GError *error)
{
	g_autofree char *what_to_do = command_make_advice(error);

	command_complain("%s", error->message);
	if (what_to_do != NULL)
		command_complain("%s", what_to_do);
	return get_status(error);
}

const char *command_get_settings_path(const CommandLine *line)
{
	if (line->settings_path != NULL)
		return line->settings_path;
	return SYSCONFDIR "/tlsrpt-milter.conf";
}

Settings *command_load_settings(const CommandLine *line, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Settings *settings = settings_load_without_mail(
		command_get_settings_path(line), &failure);

	if (settings != NULL)
		return settings;
	if (line->database != NULL && line->settings_path == NULL &&
		g_error_matches(failure, SETTINGS_ERROR, SETTINGS_ERROR_FILE))
		return settings_new_default();
	g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

Store *command_open_store(const CommandLine *line, const Settings *settings,
	size_t connections, GError **error)
{
	const char *conninfo =
		line->database != NULL ? line->database : settings->database;
	g_autoptr(GError) failure = NULL;
	Store *store = store_open(conninfo, connections, &failure);

	if (store == NULL)
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_BAD_VALUE, failure->message);
	return store;
}

Store *command_connect(const CommandLine *line, GError **error)
{
	g_autoptr(Settings) settings = command_load_settings(line, error);

	if (settings == NULL)
		return NULL;
	return command_open_store(line, settings, 1, error);
}
