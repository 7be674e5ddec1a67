/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "cli/advise/advice.h"
#include "cli/advise/look.h"
#include "cli/advise/output.h"
#include "cli/command.h"
#include "cli/filter.h"
#include "sql/store-rollout.h"

enum {
	/* Domains to look at where none is named. */
	LOOKS_MAX = 20,
};

static gboolean json;
static gboolean no_probe;

static const GOptionEntry options[] = {
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print an array of JSON",
		NULL},
	{"no-probe", 0, 0, G_OPTION_ARG_NONE, &no_probe,
		"do not look at domains as they are now", NULL},
	{NULL},
};

static void set_all_unseen(const GPtrArray *advices)
{
	for (guint i = 0; i < advices->len; i++) {
		if (advice_is_to_enforce(advices->pdata[i]))
			advice_set_unseen(advices->pdata[i], "as --no-probe "
							     "wants it");
	}
}

static bool has_row(const StoreTable *table, const char *domain)
{
	for (size_t row = 0; row < table->row_count; row++) {
		if (strcmp(store_table_get(table, row, "policy_domain"),
			    domain) == 0)
			return true;
	}
	return false;
}

static void complain_of_unknown(
	const StoreTable *table, const char *const *domains)
{
	for (; *domains != NULL; domains++) {
		if (!has_row(table, *domains))
			command_complain("no report of the last 30 days is "
					 "about a domain \"%s\"",
				*domains);
	}
}

static void print_all(const GPtrArray *advices)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *text = NULL;

	if (json)
		text = advise_output_json(advices);
	else if (advices->len > 0)
		text = advise_output_text(advices, &style);
	command_print(text != NULL ? text : "Nothing found.\n");
}

static CommandStatus advise(const CommandLine *line, const Settings *settings,
	const char *const *domains)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_open_store(line, settings, 1, &error);
	g_autoptr(StoreTable) table = NULL;
	g_autoptr(GPtrArray) advices = NULL;

	if (store != NULL)
		table = store_rollout_read(store, domains, &error);
	if (table == NULL)
		return command_fail(error);
	advices = advice_new_list(table);
	if (no_probe)
		set_all_unseen(advices);
	else
		advise_look(settings, advices,
			*domains != NULL ? G_MAXUINT : LOOKS_MAX);
	print_all(advices);
	complain_of_unknown(table, domains);
	return COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	static const char *const none[] = {NULL};
	g_auto(FilterNames) names = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = command_load_settings(line, &error);

	if (settings == NULL)
		return command_fail(error);
	filter_names_init(&names, line->arguments, NULL, NULL);
	return advise(line, settings,
		names.domains != NULL ? (const char *const *)names.domains
				      : none);
}

const Command cmd_advise = {
	.name = "advise",
	.arguments = "[DOMAIN...]",
	.summary = "say which policy may go on to mode enforce",
	.details = "Goes by the reports of the last 30 days, and looks at a "
		   "domain, at most 20\nunless they are named, before it says "
		   "enforce-now.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = options,
	.run = run,
};
