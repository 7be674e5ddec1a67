/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/report-file.h"
#include "cli/report-view.h"
#include "intake/limits.h"
#include "parser/address.h"
#include "parser/report-write.h"
#include "sql/error.h"
#include "sql/store-insert.h"
#include "sql/store-quarantine.h"
#include "trust/signers.h"

static gboolean all;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"all", 'a', 0, G_OPTION_ARG_NONE, &all,
		"for retry and delete: everything in it", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the list as comma-separated values", NULL},
	{NULL},
};

/* What an action works with. */
typedef struct {
	Store *store;
	ParseLimits limits;
	ReportView view;
	char **policy_domains;
} Work;

static ParsedMessage *parse(const StoreQuarantineEntry *entry,
	const ParseLimits *limits, GError **error)
{
	gsize size;
	const uint8_t *data = g_bytes_get_data(entry->raw, &size);

	if (size < entry->size) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"%s: only the first %" G_GSIZE_FORMAT
			" of %zu bytes were kept",
			entry->id, size, entry->size);
		return NULL;
	}
	return parser_parse_file(
		data, size, entry->part_name, limits, entry->received, error);
}

static bool show(Work *work, const StoreQuarantineEntry *entry, GError **error)
{
	ParseLimits limits = report_view_get_limits();
	g_autoptr(ParsedMessage) message = NULL;

	if (!json)
		printf("%s was refused as %s: %s\n", entry->id, entry->reason,
			entry->message);
	message = parse(entry, &limits, error);
	return message != NULL &&
	       report_view_print(&work->view, entry->id, message);
}

/* What the daemon would refuse now as then. */
static bool check_part(const Work *work, const ParsedPart *part, const char *id,
	GError **error)
{
	const char *const *domains = (const char *const *)work->policy_domains;

	if (part->report == NULL)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"%s: still refused: %s", id, part->error->message);
	else if (*domains != NULL &&
		 !report_has_policy_domain(part->report, domains))
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"%s: still refused: no policy of it is about one of "
			"policy_domains",
			id);
	else
		return true;
	return false;
}

static bool store_part(Work *work, const StoreQuarantineEntry *entry,
	const ParsedPart *part, GError **error)
{
	StoreReport row = {
		.report = part->report,
		.received_by = g_get_host_name(),
	};
	g_autofree char *reporter = NULL;
	const char *signer;
	StoreOutcome outcome;

	if (!check_part(work, part, entry->id, error))
		return false;
	reporter = report_find_reporter(part->report, entry->submitter);
	signer = signers_find(entry->signed_by, reporter);
	row.auth_domain = signer != NULL ? signer : "";
	report_write_digest(part->report, row.digest);
	if (!store_insert(work->store, &row, &outcome, error))
		return false;
	if (outcome == STORE_OUTCOME_CONFLICT)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"%s: another report of the same identity is stored",
			entry->id);
	return outcome != STORE_OUTCOME_CONFLICT;
}

/* What is stored leaves the quarantine. */
static bool retry(Work *work, const StoreQuarantineEntry *entry, GError **error)
{
	g_autoptr(ParsedMessage) message = parse(entry, &work->limits, error);

	if (message == NULL)
		return false;
	for (guint i = 0; i < message->parts->len; i++) {
		if (!store_part(work, entry, message->parts->pdata[i], error))
			return false;
	}
	if (!store_quarantine_delete(work->store, entry->id, error))
		return false;
	printf("%s: stored\n", entry->id);
	return true;
}

static bool delete (
	Work *work, const StoreQuarantineEntry *entry, GError **error)
{
	if (!store_quarantine_delete(work->store, entry->id, error))
		return false;
	printf("%s: deleted\n", entry->id);
	return true;
}

static const struct {
	const char *name;
	bool (*run)(
		Work *work, const StoreQuarantineEntry *entry, GError **error);
	bool may_all;
} actions[] = {
	{"show", show, false},
	{"retry", retry, true},
	{"delete", delete, true},
};

/* Goes on after what concerns one entry only; the worst status counts. */
static CommandStatus do_one(size_t action, Work *work, const char *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreQuarantineEntry) entry =
		store_quarantine_get(work->store, id, &error);

	if (entry != NULL && actions[action].run(work, entry, &error))
		return COMMAND_DONE;
	return error != NULL ? command_fail(error) : COMMAND_BAD;
}

static CommandStatus do_named(size_t action, Work *work, char **ids)
{
	CommandStatus worst = COMMAND_DONE;

	for (; *ids != NULL && worst != COMMAND_UNAVAILABLE; ids++) {
		CommandStatus status = do_one(action, work, *ids);

		worst = MAX(worst, status);
	}
	return worst;
}

static CommandStatus do_all(size_t action, Work *work)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreTable) table =
		store_quarantine_list(work->store, 0, &error);
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	if (table == NULL)
		return command_fail(error);
	for (size_t i = 0; i < table->row_count; i++)
		g_ptr_array_add(ids, table->cells[i * table->column_count]);
	g_ptr_array_add(ids, NULL);
	return do_named(action, work, (char **)ids->pdata);
}

static CommandStatus list(const Work *work)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreTable) table = NULL;
	TableFormat format;

	if (!command_get_format(json, csv, &format, &error))
		return command_fail(error);
	table = store_quarantine_list(work->store, 0, &error);
	if (table == NULL)
		return command_fail(error);
	if (table->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print("The quarantine is empty.\n");
	else
		command_print_table(table, format);
	return COMMAND_DONE;
}

static CommandStatus usage(void)
{
	command_complain("quarantine: say %s", cmd_quarantine.arguments);
	return COMMAND_USAGE;
}

static CommandStatus run_action(Work *work, char **arguments)
{
	if (strcmp(arguments[0], "list") == 0 && arguments[1] == NULL)
		return list(work);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(arguments[0], actions[i].name) != 0)
			continue;
		if ((arguments[1] != NULL) == (all && actions[i].may_all))
			break;
		return all ? do_all(i, work) : do_named(i, work, arguments + 1);
	}
	return usage();
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_auto(GStrv) domains = NULL;
	Work work;

	if (line->arguments[0] == NULL)
		return usage();
	settings = command_load_settings(line, &error);
	if (settings != NULL)
		store = command_open_store(line, settings, 1, &error);
	if (store == NULL)
		return command_fail(error);
	parser_init();
	domains = address_canonical_domains(settings->policy_domains);
	work = (Work){store, limits_from_settings(settings),
		report_view_new(json, false), domains};
	return run_action(&work, line->arguments);
}

const Command cmd_quarantine = {
	.name = "quarantine",
	.arguments = "list|show ID...|retry ID...|delete ID...",
	.summary = "look after what was refused",
	.details = "An ID may be shortened as long as it is the only one. "
		   "The owner of the database\n"
		   "does this: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.options = options,
	.run = run,
};
