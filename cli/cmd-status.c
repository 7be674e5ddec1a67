/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <unistd.h>

#include "cli/alert/digest.h"
#include "cli/alert/text.h"
#include "cli/command.h"
#include "cli/day.h"
#include "sql/store-digest.h"

enum {
	DAYS = 7,
	DAYS_MAX = 366,
	SECONDS_PER_DAY = 24 * 60 * 60,
};

static gboolean plugin;
static gboolean json;
static char *since;

static const GOptionEntry status_options[] = {
	{"plugin", 'p', 0, G_OPTION_ARG_NONE, &plugin,
		"print one line for Icinga, Nagios or checkmk", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print an object of JSON",
		NULL},
	{NULL},
};

static const GOptionEntry digest_options[] = {
	{"since", 's', 0, G_OPTION_ARG_STRING, &since,
		"from this day on: YYYY-MM-DD, 30d, 2w (default 7d)", "DAY"},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json,
		"print what alert_command receives", NULL},
	{NULL},
};

/* Words and states of the development guidelines of the monitoring plugins. */
static const struct {
	const char *word;
	TextColour colour;
	CommandStatus status;
} verdicts[] = {
	[DIGEST_WELL] = {"OK", TEXT_GREEN, COMMAND_DONE},
	[DIGEST_WARNING] = {"WARNING", TEXT_YELLOW, COMMAND_BAD},
	[DIGEST_CRITICAL] = {"CRITICAL", TEXT_RED, COMMAND_BAD},
	[DIGEST_UNKNOWN] = {"UNKNOWN", TEXT_YELLOW, COMMAND_DONE},
};

/* One line, with what can be drawn after a bar, in which a reporter's words
 * have no bar of their own. */
static void print_plugin(const StoreDigest *digest)
{
	g_autofree char *verdict = digest_write_verdict(digest);
	g_autofree char *first = NULL;

	if (digest_count_open(digest) > 0) {
		g_autofree char *headline = alert_text_write_headline(
			digest->incidents->pdata[0], false);

		first = g_strconcat(": ", headline, NULL);
		g_strdelimit(first, "|", '/');
	}
	command_printf("TLSRPT %s - %s%s",
		verdicts[digest_get_verdict(digest)].word, verdict,
		first != NULL ? first : "");
	command_printf(" | incidents=%u sessions=%s failed=%s withheld=%s "
		       "reporters=%s age=%s\n",
		digest_count_open(digest), digest->sessions,
		digest->failed_sessions, digest->withheld_sessions,
		digest->reporters, digest->age != NULL ? digest->age : "U");
}

/* The states of a plugin are other than those of a command, also where nothing
 * is known. */
static CommandStatus run_plugin(const StoreDigest *digest, const GError *error)
{
	if (digest == NULL) {
		g_autofree char *text = text_escape(error->message, false);

		g_strdelimit(text, "|", '/');
		command_printf("TLSRPT UNKNOWN - %s\n", text);
		return (CommandStatus)DIGEST_UNKNOWN;
	}
	print_plugin(digest);
	return (CommandStatus)digest_get_verdict(digest);
}

static void print_text(const StoreDigest *digest)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *verdict = digest_write_verdict(digest);
	GString *out = g_string_new(NULL);

	text_append_coloured(out, &style,
		verdicts[digest_get_verdict(digest)].colour, verdict);
	g_string_append(out, ".\n\n");
	digest_append(out, digest, &style);
	command_print(out->str);
	g_string_free(out, TRUE);
}

static void print_json(const StoreDigest *digest)
{
	const AlertOrigin origin = {.host = g_get_host_name()};
	g_auto(AlertMessage) message = {0};

	digest_init_message(&message, &origin, digest);
	command_printf("%s\n", message.json);
}

static StoreDigest *read_digest(
	const CommandLine *line, unsigned days, GError **error)
{
	g_autoptr(Store) store = command_connect(line, error);

	return store != NULL ? store_digest_read(store, days, error) : NULL;
}

static CommandStatus run_status(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreDigest) digest = read_digest(line, DAYS, &error);

	if (plugin)
		return run_plugin(digest, error);
	if (digest == NULL)
		return command_fail(error);
	if (json)
		print_json(digest);
	else
		print_text(digest);
	return verdicts[digest_get_verdict(digest)].status;
}

/* Days of the period up to yesterday. */
static bool parse_days(unsigned *days, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *day = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GDateTime) first = NULL;
	int64_t count;

	*days = DAYS;
	if (since == NULL)
		return true;
	day = day_parse(since, now, error);
	if (day == NULL)
		return false;
	text = g_strconcat(day, "T00:00:00Z", NULL);
	first = g_date_time_new_from_iso8601(text, NULL);
	count = (now - g_date_time_to_unix(first)) / SECONDS_PER_DAY;
	*days = (unsigned)CLAMP(count, 1, DAYS_MAX);
	return true;
}

static CommandStatus run_digest(const CommandLine *line)
{
	const AlertOrigin origin = {.host = g_get_host_name()};
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreDigest) digest = NULL;
	g_auto(AlertMessage) message = {0};
	unsigned days;

	if (parse_days(&days, &error))
		digest = read_digest(line, days, &error);
	if (digest == NULL)
		return command_fail(error);
	digest_init_message(&message, &origin, digest);
	command_print(json ? message.json : message.text);
	command_print(json ? "\n" : "");
	return COMMAND_DONE;
}

const Command cmd_status = {
	.name = "status",
	.arguments = "",
	.summary = "say how things stand",
	.details = "It exits with status 1 if an incident is open that nobody "
		   "has acknowledged,\n"
		   "or no report has come for days; with --plugin, with 0, 1, "
		   "2 or 3 as such\n"
		   "programs expect.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = status_options,
	.run = run_status,
};

const Command cmd_status_digest = {
	.name = "digest",
	.arguments = "",
	.summary = "say what the last days were like",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_READER,
	.options = digest_options,
	.run = run_digest,
};
