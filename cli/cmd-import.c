/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "cli/command.h"
#include "cli/import/kind.h"
#include "cli/import/worker.h"
#include "cli/progress.h"
#include "parser/parser.h"

enum {
	/* Reading takes most of the time, and some wait for the database. */
	WORKERS_PER_PROCESSOR = 2,
	WORKERS_MAX = 32,
	/* How often it is looked how far they are. */
	LOOK_NSEC = 20 * 1000 * 1000,
	/* So few are read before a line could be. */
	FEW_MESSAGES = 100,
};

static gboolean dry_run;
static gboolean unauthenticated;
static gboolean keep_refused;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run,
		"only read and count, without a database", NULL},
	{"quarantine", 'q', 0, G_OPTION_ARG_NONE, &keep_refused,
		"also keep refused reports in quarantine", NULL},
	{"unauthenticated", 0, 0, G_OPTION_ARG_NONE, &unauthenticated,
		"also import unauthenticated reports, as such", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print the counts as JSON",
		NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the counts as comma-separated values", NULL},
	{NULL},
};

/* A row of the table at the end: the outcome, its reason and how often. */
static void add_row(
	GPtrArray *cells, const char *outcome, const char *reason, size_t count)
{
	g_ptr_array_add(cells, g_strdup(outcome));
	g_ptr_array_add(cells, g_strdup(reason));
	g_ptr_array_add(cells, g_strdup_printf("%zu", count));
}

static void add_rows(GPtrArray *cells, const char *outcome, GHashTable *table)
{
	g_autoptr(GList) reasons = g_list_sort(
		g_hash_table_get_keys(table), (GCompareFunc)g_strcmp0);

	for (GList *reason = reasons; reason != NULL; reason = reason->next) {
		const size_t *count = g_hash_table_lookup(table, reason->data);

		add_row(cells, outcome, reason->data, *count);
	}
}

static GPtrArray *make_rows(const ImportCounts *counts)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);

	add_row(cells, "messages read", NULL, counts->files);
	add_row(cells, "messages without a report", NULL, counts->empty);
	if (dry_run) {
		add_row(cells, "readable", NULL, counts->readable);
	} else {
		add_row(cells, "stored", NULL, counts->stored);
		add_row(cells, "duplicate", NULL, counts->duplicate);
		add_row(cells, "conflict", NULL, counts->conflict);
	}
	add_rows(cells, "refused", counts->refused);
	add_rows(cells, "files read", counts->kinds);
	add_rows(cells, "files not read", counts->unread);
	return cells;
}

/* What helps against a refusal. */
static const struct {
	const char *reason;
	const char *hint;
} hints[] = {
	{"unauthenticated",
		"unauthenticated reports are refused because authentication is "
		"\"require\": to store them anyway, add --unauthenticated"},
	{"dkim", "the DNS did not answer for every signature: import the same "
		 "files again later"},
};

static void print_kind_hints(GHashTable *unread)
{
	g_autoptr(GList) kinds = g_list_sort(
		g_hash_table_get_keys(unread), (GCompareFunc)g_strcmp0);

	for (GList *words = kinds; words != NULL; words = words->next) {
		const Kind *kind = kind_find(words->data);
		const size_t *count = g_hash_table_lookup(unread, kind->words);

		command_complain("%s: %zu file%s not read: %s", kind->words,
			*count, *count == 1 ? "" : "s", kind->hint);
	}
}

static void print_hints(GHashTable *refused)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
		if (g_hash_table_contains(refused, hints[i].reason))
			command_complain("%s", hints[i].hint);
	}
}

static void print_counts(const ImportCounts *counts, TableFormat format)
{
	char outcome[] = "outcome";
	char reason[] = "reason";
	char count[] = "count";
	StoreColumn columns[] = {
		{outcome, STORE_COLUMN_TEXT},
		{reason, STORE_COLUMN_TEXT},
		{count, STORE_COLUMN_NUMBER},
	};
	g_autoptr(GPtrArray) cells = make_rows(counts);
	StoreTable table = {
		.columns = columns,
		.column_count = G_N_ELEMENTS(columns),
		.cells = (char **)cells->pdata,
		.row_count = cells->len / G_N_ELEMENTS(columns),
	};

	progress_clear();
	command_print_table(&table, format);
	print_hints(counts->refused);
	print_kind_hints(counts->unread);
}

static size_t get_worker_count(void)
{
	return MIN(WORKERS_MAX, WORKERS_PER_PROCESSOR * g_get_num_processors());
}

static ImportQueue *list_inputs(char **paths)
{
	GPtrArray *inputs = g_ptr_array_new();

	for (size_t i = 0; paths[i] != NULL; i++)
		input_list(inputs, paths[i]);
	return import_queue_new(inputs);
}

/* Signals are blocked in all threads and looked for here. */
static void block_signals(sigset_t *handled)
{
	sigemptyset(handled);
	sigaddset(handled, SIGINT);
	sigaddset(handled, SIGTERM);
	pthread_sigmask(SIG_BLOCK, handled, NULL);
}

/* The next signal ends the process at once, where the database hangs, also when
 * a shell has started it with signals ignored. */
static void stop(ImportQueue *queue, const sigset_t *handled)
{
	import_queue_stop(queue);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, handled, NULL);
	command_complain("stopping: what has been read is still stored");
}

/* True when it was interrupted. What has been read is stored then. */
static bool watch(ImportQueue *queue, const sigset_t *handled)
{
	const struct timespec pause = {.tv_nsec = LOOK_NSEC};
	int64_t start = g_get_monotonic_time();
	bool stopped = false;
	size_t done;
	size_t total;

	while (import_queue_is_running(queue, &done, &total)) {
		progress_show("messages", FEW_MESSAGES, done, total,
			g_get_monotonic_time() - start);
		if (stopped) {
			nanosleep(&pause, NULL);
		} else if (sigtimedwait(handled, NULL, &pause) > 0) {
			stop(queue, handled);
			stopped = true;
		}
	}
	if (stopped && done < total)
		command_complain(
			"interrupted after %zu of %zu messages: run it again to "
			"go on; nothing is stored twice",
			done, total);
	return stopped && done < total;
}

/* The first error counts; more of them are the same. */
static void finish(ImportWorker **workers, size_t count, ImportCounts *counts,
	GError **error)
{
	bool complete = true;

	for (size_t i = 0; i < count; i++) {
		if (!import_worker_finish(
			    workers[i], counts, complete ? error : NULL))
			complete = false;
	}
}

static CommandStatus fail(const GError *error)
{
	CommandStatus status = command_fail(error);

	command_complain(
		"not everything was imported: run it again when the database "
		"is back; nothing is stored twice");
	return status;
}

static CommandStatus run_import(
	const ImportTask *task, char **paths, TableFormat format)
{
	g_autoptr(ImportQueue) queue = list_inputs(paths);
	ImportWorker *workers[WORKERS_MAX];
	size_t count = get_worker_count();
	g_autoptr(GError) error = NULL;
	g_auto(ImportCounts) counts;
	sigset_t handled;
	bool interrupted;

	import_counts_init(&counts);
	block_signals(&handled);
	for (size_t i = 0; i < count; i++)
		workers[i] = import_worker_start(task, queue);
	interrupted = watch(queue, &handled);
	finish(workers, count, &counts, &error);
	print_counts(&counts, format);
	if (error != NULL)
		return fail(error);
	return interrupted || import_counts_have_bad(&counts) ? COMMAND_BAD
							      : COMMAND_DONE;
}

static Settings *load_settings(const CommandLine *line, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Settings *settings = command_load_settings(line, &failure);

	if (settings == NULL && dry_run && line->settings_path == NULL &&
		g_error_matches(failure, SETTINGS_ERROR, SETTINGS_ERROR_FILE))
		return settings_new_default();
	if (settings == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return settings;
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	ImportTask task;
	TableFormat format;

	if (line->arguments[0] == NULL) {
		command_complain(
			"import: name files or directories, or - for standard "
			"input");
		return COMMAND_USAGE;
	}
	if (!command_get_format(json, csv, &format, &error))
		return command_fail(error);
	settings = load_settings(line, &error);
	if (settings == NULL)
		return command_fail(error);
	if (!dry_run) {
		store = command_open_store(
			line, settings, get_worker_count(), &error);
		if (store == NULL || !store_check(store, &error))
			return command_fail(error);
	}
	parser_init();
	task = (ImportTask){settings, store, unauthenticated, keep_refused};
	return run_import(&task, line->arguments, format);
}

const Command cmd_import = {
	.name = "import",
	.arguments = "PATH...",
	.summary = "import reports into the database",
	.details =
		"A PATH is a message, an mbox, a report as .json, .json.gz or "
		".zip, or a\n"
		"directory of these, such as a Maildir; - is standard input.\n"
		"A message and an mbox may be packed with gzip.\n"
		"Repeat an import at will: nothing is stored twice.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_WRITER,
	.options = options,
	.run = run,
};
