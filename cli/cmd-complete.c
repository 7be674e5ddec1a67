/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cli/command.h"
#include "parser/result-type.h"
#include "sql/store-query.h"

static const GOptionEntry options[] = {{NULL}};

static const GOptionEntry shared[] = {
	{"config", 'c', 0, G_OPTION_ARG_FILENAME, NULL, NULL, NULL},
	{"database", 'd', 0, G_OPTION_ARG_STRING, NULL, NULL, NULL},
	{"help", 'h', 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	{NULL},
};

/* The words up to the one that is begun, as far as they are understood. */
typedef struct {
	const Command *command;
	/* That the word begun is the value of, or NULL. */
	const GOptionEntry *option;
	/* Words after the command that are no options, and the first of them.
	 */
	size_t count;
	const char *action;
	const char *current;
	CommandLine line;
} Begun;

static const GOptionEntry *find_in(const GOptionEntry *entry, const char *word)
{
	for (; entry->long_name != NULL; entry++) {
		if (word[1] == '-' ? strcmp(word + 2, entry->long_name) == 0
				   : entry->short_name != '\0' &&
					     word[1] == entry->short_name &&
					     word[2] == '\0')
			return entry;
	}
	return NULL;
}

static const GOptionEntry *find_option(const Begun *begun, const char *word)
{
	const GOptionEntry *found = find_in(shared, word);

	if (found == NULL && begun->command != NULL)
		found = find_in(begun->command->options, word);
	return found;
}

static void read_value(Begun *begun, const char *value)
{
	if (begun->option == &shared[0])
		begun->line.settings_path = value;
	if (begun->option == &shared[1])
		begun->line.database = value;
	begun->option = NULL;
}

static void read_word(Begun *begun, const char *word)
{
	if (begun->option != NULL) {
		read_value(begun, word);
	} else if (*word == '-') {
		const GOptionEntry *option = find_option(begun, word);

		if (option != NULL && option->arg != G_OPTION_ARG_NONE)
			begun->option = option;
	} else if (begun->command == NULL) {
		begun->command = command_find(word);
	} else if (begun->count++ == 0) {
		begun->action = word;
	}
}

static void offer(const Begun *begun, const char *before, const char *word)
{
	g_autofree char *whole = g_strconcat(before, word, NULL);

	if (g_str_has_prefix(whole, begun->current))
		command_printf("%s\n", whole);
}

static void offer_list(const Begun *begun, const char *list)
{
	g_auto(GStrv) words = g_strsplit(list, "|", -1);

	for (size_t i = 0; words[i] != NULL; i++)
		offer(begun, "", words[i]);
}

static void offer_types(const Begun *begun, G_GNUC_UNUSED const char *column)
{
	size_t count;
	const ResultTypeInfo *types = result_type_get_all(&count);

	for (size_t i = 0; i < count; i++)
		offer(begun, "", types[i].name);
}

/* Nothing where the database does not answer. */
static void offer_names(const Begun *begun, const char *column)
{
	bool domains = strcmp(column, "policy_domain") == 0;
	const StoreQueryFilter filter = {.limit = 1000};
	g_autoptr(Store) store = command_connect(&begun->line, NULL);
	g_autoptr(StoreTable) table = NULL;

	if (store != NULL)
		table = store_query(store,
			domains ? STORE_QUERY_SUMMARY : STORE_QUERY_REPORTERS,
			&filter, NULL);
	for (size_t i = 0; table != NULL && i < table->row_count; i++) {
		const char *name = store_table_get(table, i, column);

		if (g_str_is_ascii(name) && strpbrk(name, "\n\t\033") == NULL)
			offer(begun, "", name);
	}
}

/* What may be the value of an option. */
static const struct {
	const char *option;
	void (*offer)(const Begun *begun, const char *words);
	const char *words;
} values[] = {
	{"domain", offer_names, "policy_domain"},
	{"domains", offer_names, "policy_domain"},
	{"organization", offer_names, "organization_name"},
	{"type", offer_types, NULL},
	{"types", offer_types, NULL},
	{"kind", offer_list, "failure|share|silence|probe"},
	{"severity", offer_list, "warning|critical"},
	{"withheld-severity", offer_list, "warning|critical|same"},
	{"unauthenticated", offer_list, "yes|no"},
	{"mode", offer_list, "testing|enforce|none"},
	{"server", offer_list, "apache|nginx"},
	{"since", offer_list, "today|yesterday|7d|30d|3m|1y"},
	{"until", offer_list, "today|yesterday|7d|30d|3m|1y"},
};

static CommandStatus offer_values(const Begun *begun)
{
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		if (strcmp(values[i].option, begun->option->long_name) == 0)
			values[i].offer(begun, values[i].words);
	}
	return begun->option->arg == G_OPTION_ARG_FILENAME ? COMMAND_BAD
							   : COMMAND_DONE;
}

static void offer_options(const Begun *begun)
{
	const GOptionEntry *lists[] = {
		begun->command != NULL ? begun->command->options : options,
		shared};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (const GOptionEntry *entry = lists[i];
			entry->long_name != NULL; entry++)
			offer(begun, "--", entry->long_name);
	}
}

static void offer_commands(const Begun *begun)
{
	for (size_t i = 0; command_list[i] != NULL; i++)
		offer(begun, "", command_list[i]->name);
}

/* "list|show ID...": the words in lower case. */
static void offer_actions(const Begun *begun)
{
	g_auto(GStrv) words =
		g_strsplit_set(begun->command->arguments, "| ", -1);

	for (size_t i = 0; words[i] != NULL; i++) {
		if (g_ascii_islower(words[i][0]))
			offer(begun, "", words[i]);
	}
}

/* Where nothing else is known, a command with files takes them. */
static CommandStatus offer_arguments(const Begun *begun)
{
	const char *arguments = begun->command->arguments;

	if (strcmp(begun->command->name, "help") == 0)
		offer_commands(begun);
	else if (g_str_has_prefix(arguments, "[DOMAIN"))
		offer_names(begun, "policy_domain");
	else if (begun->count == 0)
		offer_actions(begun);
	else if (begun->count == 1 && strcmp(begun->action, "grant") == 0)
		offer_list(begun, "writer|reader|tenant");
	else if (begun->count == 1 && strcmp(begun->action, "revoke") == 0)
		offer_list(begun, "tenant");
	return strstr(arguments, "PATH") != NULL ||
			       (strstr(arguments, "FILE") != NULL &&
				       (begun->count > 0 ||
					       g_ascii_isupper(*arguments)))
		       ? COMMAND_BAD
		       : COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	Begun begun = {.current = ""};
	char **words = line->arguments;

	for (; *words != NULL; words++) {
		if (words[1] == NULL)
			begun.current = *words;
		else
			read_word(&begun, *words);
	}
	if (begun.option != NULL)
		return offer_values(&begun);
	if (*begun.current == '-')
		offer_options(&begun);
	else if (begun.command == NULL)
		offer_commands(&begun);
	else
		return offer_arguments(&begun);
	return COMMAND_DONE;
}

const Command cmd_complete = {
	.name = "complete",
	.arguments = "[--] WORD...",
	.summary = "list what the last word may become, for shells",
	.details = "The status is 1 where it may be the name of a file.",
	.needs = COMMAND_NEEDS_NOTHING,
	.options = options,
	.run = run,
};
