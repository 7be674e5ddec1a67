/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/command.h"
#include "cli/filter.h"
#include "conf/value.h"
#include "sql/store-rule.h"

static char *kind;
static char **type_lists;
static char **domain_lists;
/* The same as one list each. */
static char *types;
static char *domains;
static char *sessions;
static char *percent;
static char *days;
static char *severity;
static char *withheld_severity;
static char *unauthenticated;
static gboolean json;
static gboolean csv;

static const GOptionEntry options[] = {
	{"kind", 'k', 0, G_OPTION_ARG_STRING, &kind,
		"for set, as below: failure, share, silence, probe", "KIND"},
	{"types", 't', 0, G_OPTION_ARG_STRING_ARRAY, &type_lists,
		"only these result types; * matches all, ! excludes", "LIST"},
	{"domains", 'D', 0, G_OPTION_ARG_STRING_ARRAY, &domain_lists,
		"only these policy domains, in the same way", "LIST"},
	{"sessions", 's', 0, G_OPTION_ARG_STRING, &sessions,
		"at least this many failed sessions", "N"},
	{"percent", 'p', 0, G_OPTION_ARG_STRING, &percent,
		"and more than this percentage of all sessions", "P"},
	{"days", 'n', 0, G_OPTION_ARG_STRING, &days,
		"in this many days; for silence: silent for as many", "N"},
	{"severity", 'S', 0, G_OPTION_ARG_STRING, &severity,
		"warning or critical", "SEVERITY"},
	{"withheld-severity", 'w', 0, G_OPTION_ARG_STRING, &withheld_severity,
		"if senders withhold mail; same: no difference", "S"},
	{"unauthenticated", 'u', 0, G_OPTION_ARG_STRING, &unauthenticated,
		"whether unauthenticated reports count: yes or no", "Y"},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "print comma-separated values",
		NULL},
	{NULL},
};

static bool is_percent(const char *text)
{
	char *end;
	double number = g_ascii_strtod(text, &end);

	return text[0] != '\0' && strspn(text, "0123456789.") == strlen(text) &&
	       *end == '\0' && number < 100;
}

/* What only excludes would match nothing. */
static bool is_pattern_list(const char *text)
{
	g_auto(GStrv) patterns = g_strsplit(text, ",", -1);
	bool includes = false;

	for (size_t i = 0; patterns[i] != NULL; i++) {
		const char *pattern = g_strstrip(patterns[i]);
		bool excludes = *pattern == '!';

		if (pattern[excludes] == '\0')
			return false;
		includes |= !excludes;
	}
	return includes;
}

#define PATTERNS                                                               \
	"names or patterns separated by commas, not all of them excluding"

/* The bounds are those of the table alert_rule. */
static const struct {
	const char *name;
	char **value;
	ValueForm form;
} checks[] = {
	{"--kind", &kind,
		{VALUE_WORD, .range = "failure, share, silence, probe"}},
	{"--types", &types,
		{VALUE_STRING, .range = PATTERNS, .check = is_pattern_list}},
	{"--domains", &domains,
		{VALUE_STRING, .range = PATTERNS, .check = is_pattern_list}},
	{"--sessions", &sessions,
		{VALUE_NUMBER, .range = "1 to 1000000000000"}},
	{"--percent", &percent,
		{VALUE_STRING, .range = "0 or more, and below 100",
			.check = is_percent}},
	{"--days", &days, {VALUE_NUMBER, .range = "1 to 60"}},
	{"--severity", &severity, {VALUE_WORD, .range = "warning, critical"}},
	{"--withheld-severity", &withheld_severity,
		{VALUE_WORD, .range = "warning, critical, same"}},
	{"--unauthenticated", &unauthenticated,
		{VALUE_WORD, .range = "yes, no"}},
};

static bool check_values(GError **error)
{
	int64_t number;

	types = type_lists != NULL ? g_strjoinv(",", type_lists) : NULL;
	domains = domain_lists != NULL ? g_strjoinv(",", domain_lists) : NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		if (*checks[i].value != NULL &&
			!value_parse(&checks[i].form, checks[i].name,
				*checks[i].value, &number, error))
			return false;
	}
	return true;
}

/* The same as the database does, in words. */
static bool is_name(const char *text)
{
	size_t size = strlen(text);

	return size > 0 && size <= 63 && g_ascii_isalnum(*text) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == size;
}

static bool check_name(const char *name, GError **error)
{
	if (is_name(name))
		return true;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"rule: \"%s\" is not a name for a rule: use up to 63 "
		"lower-case letters, digits, dots, dashes and underscores",
		name);
	return false;
}

/* The caller frees the list. */
static char **split(const char *text)
{
	char **patterns = text != NULL ? g_strsplit(text, ",", -1) : NULL;

	for (size_t i = 0; patterns != NULL && patterns[i] != NULL; i++)
		g_strstrip(patterns[i]);
	return patterns;
}

static bool print_rows(StoreTable *rows, const char *none, GError **error)
{
	TableFormat format;

	if (rows == NULL || !command_get_format(json, csv, &format, error))
		return false;
	if (rows->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print(none);
	else
		command_print_table(rows, format);
	return true;
}

static bool list(Store *store, G_GNUC_UNUSED const char *name, GError **error)
{
	g_autoptr(StoreTable) rows = store_rule_list(store, error);

	return print_rows(rows, "There are no rules.\n", error);
}

/* Names without the sign that excludes them, in an array for the caller to free
 * whose elements are borrowed. */
static const char **skip_signs(char *const *names)
{
	GPtrArray *bare = g_ptr_array_new();

	for (; names != NULL && *names != NULL; names++)
		g_ptr_array_add(bare, *names + (**names == '!'));
	g_ptr_array_add(bare, NULL);
	return (void *)g_ptr_array_free(bare, FALSE);
}

/* A type that no report ever had is a mistake. A domain may yet come. */
static bool check_names(Store *store, char *const *types_of,
	char *const *domains_of, GError **error)
{
	g_autofree const char **bare_types = skip_signs(types_of);
	g_autofree const char **bare_domains = skip_signs(domains_of);
	const StoreQueryFilter chosen = {.types = bare_types};
	const StoreQueryFilter noted = {.domains = bare_domains};
	size_t unknown;

	if (!filter_check_names(store, &noted, NULL, error) ||
		!filter_check_names(store, &chosen, &unknown, error))
		return false;
	if (unknown > 0)
		g_set_error_literal(error, G_OPTION_ERROR,
			G_OPTION_ERROR_BAD_VALUE,
			"--types: name result types that exist, or a pattern "
			"with *");
	return unknown == 0;
}

static bool set_rule(Store *store, const StoreRule *rule, GError **error)
{
	bool created;

	if (!store_rule_set(store, rule, &created, error))
		return false;
	command_printf(
		"%s rule %s.\n", created ? "Created" : "Changed", rule->name);
	return true;
}

static bool set(Store *store, const char *name, GError **error)
{
	g_auto(GStrv) type_list = NULL;
	g_auto(GStrv) domain_list = NULL;
	StoreRule rule = {
		.name = name,
		.kind = kind,
		.sessions = sessions,
		.percent = percent,
		.days = days,
		.severity = severity,
		.withheld_severity = withheld_severity,
		.unauthenticated = unauthenticated,
	};

	if (!check_values(error))
		return false;
	type_list = split(types);
	domain_list = split(domains);
	rule.result_types = (const char *const *)type_list;
	rule.policy_domains = (const char *const *)domain_list;
	return check_names(store, type_list, domain_list, error) &&
	       set_rule(store, &rule, error);
}

static bool enable(Store *store, const char *name, GError **error)
{
	if (!store_rule_enable(store, name, true, error))
		return false;
	command_printf("Enabled rule %s.\n", name);
	return true;
}

static bool disable(Store *store, const char *name, GError **error)
{
	if (!store_rule_enable(store, name, false, error))
		return false;
	command_printf("Disabled rule %s.\n", name);
	return true;
}

static bool delete (Store *store, const char *name, GError **error)
{
	if (!store_rule_delete(store, name, error))
		return false;
	command_printf("Deleted rule %s.\n", name);
	return true;
}

static bool test(Store *store, const char *name, GError **error)
{
	g_autoptr(StoreTable) rows = store_rule_test(store, name, error);

	return print_rows(rows, "The rule finds nothing now.\n", error);
}

static const struct {
	const char *name;
	size_t words;
	bool (*run)(Store *store, const char *name, GError **error);
} actions[] = {
	{"list", 0, list},
	{"set", 1, set},
	{"enable", 1, enable},
	{"disable", 1, disable},
	{"delete", 1, delete},
	{"test", 1, test},
};

static CommandStatus run_action(size_t action, const CommandLine *line)
{
	const char *name = line->arguments[1];
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;

	if (name == NULL || check_name(name, &error))
		store = command_connect(line, &error);
	if (store == NULL || !actions[action].run(store, name, &error))
		return command_fail(error);
	return COMMAND_DONE;
}

static CommandStatus run(const CommandLine *line)
{
	size_t count = g_strv_length(line->arguments);

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (count == actions[i].words + 1 &&
			strcmp(line->arguments[0], actions[i].name) == 0)
			return run_action(i, line);
	}
	return command_show_usage(line);
}

const Command cmd_rule = {
	.name = "rule",
	.arguments = "list|set|enable|disable|delete|test [NAME]",
	.summary = "list, set and test the rules that open alerts",
	.details = "set creates a rule, or changes the given settings of an "
		   "existing one. test shows\n"
		   "what a rule would find now. Operators set rules, and "
		   "readers list them: see -d.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OPERATOR,
	.options = options,
	.run = run,
};
