/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cli/command.h"
#include "cli/report-file.h"
#include "cli/report-view.h"
#include "intake/admit.h"
#include "intake/limits.h"
#include "sql/error.h"
#include "sql/store-quarantine.h"

static gboolean all;
static gboolean unauthenticated;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"all", 'a', 0, G_OPTION_ARG_NONE, &all,
		"for retry and delete: all entries", NULL},
	{"unauthenticated", 0, 0, G_OPTION_ARG_NONE, &unauthenticated,
		"for retry: also unauthenticated reports", NULL},
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
	AdmitRules rules;
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
		command_printf("%s was refused as %s: %s\n", entry->id,
			entry->reason, entry->message);
	message = parse(entry, &limits, error);
	return message != NULL &&
	       report_view_print(&work->view, entry->id, message);
}

static bool store_part(Work *work, const AdmitMail *mail,
	const ParsedPart *part, GError **error)
{
	const char *auth_domain;
	bool is_new;

	if (part->report == NULL) {
		g_propagate_error(error, g_error_copy(part->error));
		return false;
	}
	auth_domain = admit_report(&work->rules, mail, part->report, error);
	return auth_domain != NULL &&
	       admit_store(work->store, mail, part->report, auth_domain,
		       &is_new, error);
}

static bool store_parts(Work *work, const StoreQuarantineEntry *entry,
	const ParsedMessage *message, GError **error)
{
	g_autoptr(Signers) signers =
		signers_new_verified((const char *const *)entry->signed_by);
	const AdmitMail mail = {signers, entry->submitter, NULL, NULL};

	for (guint i = 0; i < message->parts->len; i++) {
		if (!store_part(work, &mail, message->parts->pdata[i], error)) {
			g_prefix_error(error, "%s: still refused: ", entry->id);
			return false;
		}
	}
	return true;
}

/* What is stored leaves the quarantine. */
static bool retry(Work *work, const StoreQuarantineEntry *entry, GError **error)
{
	g_autoptr(ParsedMessage) message = parse(entry, &work->limits, error);

	if (message == NULL || !store_parts(work, entry, message, error))
		return false;
	if (!store_quarantine_delete(work->store, entry->id, error))
		return false;
	command_printf("%s: stored\n", entry->id);
	return true;
}

static bool delete (
	Work *work, const StoreQuarantineEntry *entry, GError **error)
{
	if (!store_quarantine_delete(work->store, entry->id, error))
		return false;
	command_printf("%s: deleted\n", entry->id);
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
		g_ptr_array_add(ids, store_table_get(table, i, "id"));
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

static CommandStatus run_action(Work *work, const CommandLine *line)
{
	char **arguments = line->arguments;

	if (strcmp(arguments[0], "list") == 0 && arguments[1] == NULL)
		return list(work);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(arguments[0], actions[i].name) != 0)
			continue;
		if ((arguments[1] != NULL) == (all && actions[i].may_all))
			break;
		return all ? do_all(i, work) : do_named(i, work, arguments + 1);
	}
	return command_show_usage(line);
}

static CommandStatus run(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_auto(AdmitRules) rules = {0};
	Work work;

	if (line->arguments[0] == NULL)
		return command_show_usage(line);
	settings = command_load_settings(line, &error);
	if (settings != NULL)
		store = command_open_store(line, settings, 1, &error);
	if (store == NULL)
		return command_fail(error);
	parser_init();
	admit_rules_init(&rules, settings);
	if (unauthenticated)
		rules.require_signature = false;
	work = (Work){store, limits_from_settings(settings),
		report_view_new(json, false), rules};
	return run_action(&work, line);
}

const Command cmd_quarantine = {
	.name = "quarantine",
	.arguments = "list|show ID...|retry ID...|delete ID...",
	.summary = "look after refused reports",
	.details = "An ID may be shortened as long as no other begins in the "
		   "same way. Operators run\n"
		   "this: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OPERATOR,
	.options = options,
	.run = run,
};
