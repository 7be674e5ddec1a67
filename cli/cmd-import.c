/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "cli/command.h"
#include "cli/import-batch.h"
#include "cli/progress.h"
#include "cli/report-file.h"
#include "parser/address.h"
#include "parser/error.h"
#include "parser/signers.h"

static gboolean dry_run;
static gboolean unauthenticated;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run,
		"read and count only, without a database", NULL},
	{"unauthenticated", 0, 0, G_OPTION_ARG_NONE, &unauthenticated,
		"import what nobody signed, too, as such", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print the counts as JSON",
		NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the counts as comma-separated values", NULL},
	{NULL},
};

/* What every file is read with. */
typedef struct {
	const Settings *settings;
	ParseLimits limits;
	char **policy_domains;
	int64_t now;
	ImportBatch *batch;
} Import;

/* A file and what is in it. */
typedef struct {
	const char *path;
	ParsedMessage *message;
	Signers *signers;
} File;

static const char *get_reason(const GError *error)
{
	if (error->domain == PARSER_ERROR)
		return parser_error_reason((ParserErrorCode)error->code);
	return "unreadable";
}

/* Whether it would count, had the daemon received it; `signer` may be NULL. */
static bool check_report(Import *import, const Report *report, const char *name,
	const char *signer)
{
	const char *const *domains =
		(const char *const *)import->policy_domains;

	if (*domains != NULL && !report_has_policy_domain(report, domains))
		import_batch_refuse(import->batch, name, "foreign-domain",
			"no policy of it is about one of policy_domains");
	else if (signer == NULL && !unauthenticated &&
		 import->settings->authentication ==
			 SETTINGS_AUTHENTICATION_REQUIRE)
		import_batch_refuse(import->batch, name, "unauthenticated",
			"no valid DKIM signature of its reporter: "
			"--unauthenticated imports it all the same");
	else
		return true;
	return false;
}

static bool import_report(Import *import, const File *file, Report *report,
	const char *name, GError **error)
{
	g_autoptr(Report) owned = report;
	g_autofree char *reporter = report_find_reporter(
		report, parsed_message_get_submitter(file->message));
	const char *signer = signers_find(file->signers->verified, reporter);

	if (signer == NULL &&
		signers_find(file->signers->undecided, reporter) != NULL) {
		import_batch_refuse(import->batch, name, "dkim",
			"its DKIM signature cannot be checked now: import it "
			"again later");
		return true;
	}
	if (!check_report(import, report, name, signer))
		return true;
	return import_batch_add(import->batch, g_steal_pointer(&owned),
		signer != NULL ? signer : "", name, error);
}

static bool import_part(
	Import *import, const File *file, ParsedPart *part, GError **error)
{
	g_autofree char *name = report_file_name_part(file->path, part);

	if (part->report == NULL) {
		import_batch_refuse(import->batch, name,
			get_reason(part->error), part->error->message);
		return true;
	}
	return import_report(
		import, file, g_steal_pointer(&part->report), name, error);
}

static bool import_parts(Import *import, const File *file, GError **error)
{
	for (guint i = 0; i < file->message->parts->len; i++) {
		if (!import_part(import, file, file->message->parts->pdata[i],
			    error))
			return false;
	}
	return true;
}

static Signers *authenticate(const Import *import, GBytes *content)
{
	gsize size;
	const uint8_t *data = g_bytes_get_data(content, &size);

	return authenticate_message(report_file_get_method(import->settings),
		import->settings->trusted_authserv_id, data, size);
}

static bool import_file(Import *import, const char *path, GError **error)
{
	ImportCounts *counts = import_batch_get_counts(import->batch);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) content = NULL;
	g_autoptr(ParsedMessage) message = report_file_parse(
		path, &import->limits, import->now, &content, &failure);
	g_autoptr(Signers) signers = NULL;
	File file = {path, message, NULL};

	counts->files++;
	if (message == NULL) {
		import_batch_refuse(import->batch, path, get_reason(failure),
			failure->message);
		return true;
	}
	if (message->parts->len == 0)
		counts->empty++;
	signers = authenticate(import, content);
	file.signers = signers;
	return import_parts(import, &file, error);
}

static bool import_files(Import *import, char **paths, GError **error)
{
	size_t total = g_strv_length(paths);
	int64_t start = g_get_monotonic_time();

	for (size_t i = 0; i < total; i++) {
		if (!import_file(import, paths[i], error))
			return false;
		progress_show(i + 1, total, g_get_monotonic_time() - start);
	}
	return import_batch_flush(import->batch, error);
}

/* A row of the table at the end: the outcome, its reason and how often. */
static void add_row(
	GPtrArray *cells, const char *outcome, const char *reason, size_t count)
{
	g_ptr_array_add(cells, g_strdup(outcome));
	g_ptr_array_add(cells, g_strdup(reason));
	g_ptr_array_add(cells, g_strdup_printf("%zu", count));
}

static void add_refusals(GPtrArray *cells, GHashTable *refused)
{
	g_autoptr(GList) reasons = g_list_sort(
		g_hash_table_get_keys(refused), (GCompareFunc)g_strcmp0);

	for (GList *reason = reasons; reason != NULL; reason = reason->next) {
		const size_t *count =
			g_hash_table_lookup(refused, reason->data);

		add_row(cells, "refused", reason->data, *count);
	}
}

static GPtrArray *make_rows(const ImportCounts *counts)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);

	add_row(cells, "files read", NULL, counts->files);
	add_row(cells, "files without a report", NULL, counts->empty);
	if (dry_run) {
		add_row(cells, "readable", NULL, counts->readable);
	} else {
		add_row(cells, "stored", NULL, counts->stored);
		add_row(cells, "duplicate", NULL, counts->duplicate);
		add_row(cells, "conflict", NULL, counts->conflict);
	}
	add_refusals(cells, counts->refused);
	return cells;
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
}

static CommandStatus run_import(const Settings *settings, Store *store,
	char **paths, TableFormat format)
{
	g_autoptr(ImportBatch) batch = import_batch_new(store);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) domains =
		address_canonical_domains(settings->policy_domains);
	Import import = {
		.settings = settings,
		.limits = report_file_get_limits(settings),
		.policy_domains = domains,
		.now = g_get_real_time() / G_USEC_PER_SEC,
		.batch = batch,
	};
	bool complete = import_files(&import, paths, &error);

	print_counts(import_batch_get_counts(batch), format);
	if (!complete) {
		CommandStatus status = command_fail(error);

		command_complain("not everything was imported: run it again "
				 "when the database is back, what is stored "
				 "is not counted twice");
		return status;
	}
	return import_batch_has_bad(batch) ? COMMAND_BAD : COMMAND_DONE;
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
	TableFormat format;

	if (line->arguments[0] == NULL) {
		command_complain("import: name files, or - for standard input");
		return COMMAND_USAGE;
	}
	if (!command_get_format(json, csv, &format, &error))
		return command_fail(error);
	settings = load_settings(line, &error);
	if (settings == NULL)
		return command_fail(error);
	if (!dry_run) {
		store = command_open_store(line, settings, &error);
		if (store == NULL || !store_check(store, &error))
			return command_fail(error);
	}
	parser_init();
	return run_import(settings, store, line->arguments, format);
}

const Command cmd_import = {
	.name = "import",
	.arguments = "PATH...",
	.summary = "store reports in the database",
	.details = "A PATH is a mail or a report as .json, .json.gz or .zip; "
		   "- is standard input.\n"
		   "Repeat an import at will: what is there is not stored "
		   "twice.",
	.needs = COMMAND_NEEDS_DATABASE,
	.options = options,
	.run = run,
};
