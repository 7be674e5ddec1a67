/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/report-view.h"
#include "cli/text.h"
#include "spool/spool.h"

static gboolean https;
static gboolean all;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"https", 0, 0, G_OPTION_ARG_NONE, &https,
		"the spool of https_spool_directory", NULL},
	{"all", 'a', 0, G_OPTION_ARG_NONE, &all,
		"for retry and delete: every file that was set aside", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the list as comma-separated values", NULL},
	{NULL},
};

/* What an action works on. */
typedef struct {
	Spool *spool;
	GPtrArray *entries;
	ReportView view;
} Work;

enum {
	COLUMN_FILE,
	COLUMN_STATE,
	COLUMN_RECEIVED,
	COLUMN_SENDER,
	COLUMN_BYTES,
	COLUMN_COUNT,
};

static const struct {
	const char *name;
	StoreColumnType type;
} columns[COLUMN_COUNT] = {
	{"file", STORE_COLUMN_TEXT},
	{"state", STORE_COLUMN_TEXT},
	{"received", STORE_COLUMN_TEXT},
	{"sender", STORE_COLUMN_TEXT},
	{"bytes", STORE_COLUMN_NUMBER},
};

static void fill_row(char **cells, Spool *spool, const SpoolEntry *entry)
{
	g_autoptr(SpoolMessage) message = spool_read(spool, entry, NULL);
	g_autoptr(GDateTime) received = NULL;

	cells[COLUMN_FILE] = g_strdup(entry->name);
	cells[COLUMN_STATE] =
		g_strdup(entry->corrupt ? "set aside" : "waiting");
	cells[COLUMN_BYTES] = g_strdup_printf("%zu", entry->size);
	if (message == NULL) {
		cells[COLUMN_SENDER] = g_strdup("the file is damaged");
		return;
	}
	received = g_date_time_new_from_unix_utc(message->envelope.received);
	if (received != NULL)
		cells[COLUMN_RECEIVED] =
			g_date_time_format(received, "%Y-%m-%dT%H:%M:%SZ");
	cells[COLUMN_SENDER] = g_strdup(message->envelope.sender);
}

static StoreTable *make_table(const Work *work)
{
	StoreTable *table = g_new0(StoreTable, 1);

	table->column_count = COLUMN_COUNT;
	table->row_count = work->entries->len;
	table->columns = g_new0(StoreColumn, COLUMN_COUNT);
	table->cells = g_new0(char *, COLUMN_COUNT * table->row_count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		table->columns[i].name = g_strdup(columns[i].name);
		table->columns[i].type = columns[i].type;
	}
	for (size_t i = 0; i < table->row_count; i++)
		fill_row(table->cells + i * COLUMN_COUNT, work->spool,
			work->entries->pdata[i]);
	return table;
}

static CommandStatus list(Work *work)
{
	g_autoptr(StoreTable) table = NULL;
	g_autoptr(GError) error = NULL;
	TableFormat format;

	if (!command_get_format(json, csv, &format, &error))
		return command_fail(error);
	table = make_table(work);
	if (table->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("The spool is empty.\n");
	else
		command_print_table(table, format);
	return COMMAND_DONE;
}

static bool show(Work *work, const SpoolEntry *entry, GError **error)
{
	ParseLimits limits = report_view_get_limits();
	g_autoptr(SpoolMessage) file = spool_read(work->spool, entry, error);
	g_autoptr(ParsedMessage) message = NULL;
	gsize size;
	const uint8_t *data;

	if (file == NULL)
		return false;
	data = g_bytes_get_data(file->message, &size);
	limits.message_size = MAX(limits.message_size, size);
	message = parser_parse_message(
		data, size, &limits, file->envelope.received, error);
	return message != NULL &&
	       report_view_print(&work->view, entry->name, message);
}

/* Whoever can write into the spool names the files. */
static void say(const SpoolEntry *entry, const char *what)
{
	g_autofree char *name = text_escape(entry->name, g_get_charset(NULL));

	command_printf("%s: %s\n", name, what);
}

static bool retry(Work *work, const SpoolEntry *entry, GError **error)
{
	if (!entry->corrupt) {
		say(entry, "waits already");
		return true;
	}
	if (!spool_retry(work->spool, entry, error))
		return false;
	say(entry, "waits for the daemon again");
	return true;
}

static bool delete (Work *work, const SpoolEntry *entry, GError **error)
{
	if (!spool_remove(work->spool, entry, error))
		return false;
	say(entry, "deleted");
	return true;
}

static const struct {
	const char *name;
	bool (*run)(Work *work, const SpoolEntry *entry, GError **error);
	bool may_all;
} actions[] = {
	{"show", show, false},
	{"retry", retry, true},
	{"delete", delete, true},
};

static const SpoolEntry *find(const Work *work, const char *name)
{
	for (guint i = 0; i < work->entries->len; i++) {
		const SpoolEntry *entry = work->entries->pdata[i];

		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

static bool do_action(size_t action, Work *work, const SpoolEntry *entry)
{
	g_autoptr(GError) error = NULL;

	if (actions[action].run(work, entry, &error))
		return true;
	if (error != NULL)
		command_complain("%s", error->message);
	return false;
}

static bool do_named(size_t action, Work *work, char **names)
{
	bool good = true;

	for (; *names != NULL; names++) {
		const SpoolEntry *entry = find(work, *names);

		if (entry == NULL)
			command_complain("spool: there is no file %s", *names);
		good &= entry != NULL && do_action(action, work, entry);
	}
	return good;
}

static bool do_all(size_t action, Work *work)
{
	bool good = true;

	for (guint i = 0; i < work->entries->len; i++) {
		const SpoolEntry *entry = work->entries->pdata[i];

		if (entry->corrupt)
			good &= do_action(action, work, entry);
	}
	return good;
}

static CommandStatus run_action(Work *work, const CommandLine *line)
{
	char **arguments = line->arguments;

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		bool good;

		if (strcmp(arguments[0], actions[i].name) != 0)
			continue;
		if ((arguments[1] != NULL) == (all && actions[i].may_all))
			break;
		good = all ? do_all(i, work) : do_named(i, work, arguments + 1);
		return good ? COMMAND_DONE : COMMAND_BAD;
	}
	if (strcmp(arguments[0], "list") == 0 && arguments[1] == NULL)
		return list(work);
	return command_show_usage(line);
}

static Spool *open_spool(const Settings *settings, GError **error)
{
	Spool *spool;

	if (!https)
		return spool_visit(settings->spool_directory, error);
	if (*settings->https_spool_directory == '\0') {
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_FAILED,
			"spool: https_spool_directory is not set: no reports "
			"come by HTTPS");
		return NULL;
	}
	spool = spool_join(settings->https_spool_directory, error);
	if (spool != NULL)
		spool_set_message_max(
			spool, (size_t)settings->max_message_size);
	return spool;
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = command_load_settings(line, &error);
	g_autoptr(Spool) spool = NULL;
	g_autoptr(GPtrArray) entries = NULL;
	Work work;

	if (settings == NULL)
		return command_fail(error);
	if (line->arguments[0] == NULL)
		return command_show_usage(line);
	spool = open_spool(settings, &error);
	if (spool != NULL)
		entries = spool_list(spool, &error);
	if (entries == NULL)
		return command_fail(error);
	parser_init();
	work = (Work){spool, entries, report_view_new(json, true)};
	return run_action(&work, line);
}

const Command cmd_spool = {
	.name = "spool",
	.arguments = "list|show|retry|delete [FILE]...",
	.summary = "look after messages that wait for the database",
	.details = "The daemon stores waiting messages by itself. Those that "
		   "were set aside are\n"
		   "damaged, or the database refused them. With --https: what "
		   "came by HTTPS, which\nalways waits for a moment.",
	.needs = COMMAND_NEEDS_SETTINGS,
	.options = options,
	.run = run,
};
