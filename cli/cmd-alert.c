/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "cli/alert/channel.h"
#include "cli/alert/deliver.h"
#include "cli/alert/paragraph.h"
#include "cli/alert/text.h"
#include "cli/command.h"
#include "sql/error.h"
#include "sql/store-alert.h"

enum {
	/* More than anything is kept. */
	DAYS_ALL = 100 * 366,
	/* Who delivers, and who watches. */
	CONNECTIONS = 2,
};

static gboolean all;
static gboolean each;
static gboolean once;
static gboolean json;
static gboolean csv;
static char *host;
static char *type;

static const GOptionEntry options[] = {
	{"all", 'a', 0, G_OPTION_ARG_NONE, &all,
		"for list: also those that are over", NULL},
	{"each", 'e', 0, G_OPTION_ARG_NONE, &each,
		"for list: each alert instead of incidents", NULL},
	{"host", 0, 0, G_OPTION_ARG_STRING, &host,
		"for ack: all that are about this MX host", "MX"},
	{"type", 0, 0, G_OPTION_ARG_STRING, &type,
		"for ack: all with this result type", "TYPE"},
	{"once", 'o', 0, G_OPTION_ARG_NONE, &once,
		"for deliver: look once, as from cron", NULL},
	{"json", 'j', 0, G_OPTION_ARG_NONE, &json, "print the list as JSON",
		NULL},
	{"csv", 0, 0, G_OPTION_ARG_NONE, &csv,
		"print the list as comma-separated values", NULL},
	{NULL},
};

/* A tenant has nothing to do with delivery. */
static void print_delivery_problems(const Settings *settings, Store *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreTable) channels = store_alert_channels(store, &error);

	if (channels == NULL &&
		!g_error_matches(error, STORE_ERROR, STORE_ERROR_SCHEMA) &&
		!g_error_matches(error, STORE_ERROR, STORE_ERROR_PERMISSION))
		command_fail(error);
	for (size_t i = 0; channels != NULL && alert_channel_get(i) != NULL;
		i++) {
		g_autofree char *problem = alert_channel_find_problem(
			alert_channel_get(i), settings, channels);

		if (problem != NULL)
			command_complain("%s", problem);
	}
}

/* Whether nobody has said that he is at it. */
static bool is_open(const char *state)
{
	return strcmp(state, "open") == 0 || strcmp(state, "reopened") == 0;
}

static const char nothing[] = "Nothing is wrong.\n";

static CommandStatus list_table(
	Store *store, TableFormat format, GError **error)
{
	g_autoptr(StoreTable) alerts =
		each ? store_alert_list(store, all, error)
		     : store_incident_list(store, all, error);
	CommandStatus status = COMMAND_DONE;

	if (alerts == NULL)
		return COMMAND_UNAVAILABLE;
	if (alerts->row_count == 0 && format == TABLE_FORMAT_TEXT)
		command_print(nothing);
	else
		command_print_table(alerts, format);
	for (size_t row = 0; row < alerts->row_count; row++) {
		if (is_open(store_table_get(alerts, row, "state")))
			status = COMMAND_BAD;
	}
	return status;
}

/* A table would be too wide. */
static CommandStatus list_lines(Store *store, GError **error)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autoptr(GPtrArray) incidents =
		store_incident_read(store, all ? DAYS_ALL : 0, error);
	CommandStatus status = COMMAND_DONE;
	GString *out;

	if (incidents == NULL)
		return COMMAND_UNAVAILABLE;
	out = g_string_new(incidents->len == 0 ? nothing : NULL);
	for (unsigned i = 0; i < incidents->len; i++) {
		const StoreIncident *incident = incidents->pdata[i];

		alert_text_append_line(out, incident, &style);
		if (is_open(incident->state))
			status = COMMAND_BAD;
	}
	command_print(out->str);
	g_string_free(out, TRUE);
	return status;
}

static CommandStatus list(
	const Settings *settings, Store *store, G_GNUC_UNUSED char **ids)
{
	g_autoptr(GError) error = NULL;
	CommandStatus status = COMMAND_USAGE;
	TableFormat format;

	if (command_get_format(json, csv, &format, &error))
		status = each || format != TABLE_FORMAT_TEXT
				 ? list_table(store, format, &error)
				 : list_lines(store, &error);
	if (error != NULL)
		return command_fail(error);
	print_delivery_problems(settings, store);
	return status;
}

static bool parse_id(const char *text, char **end, int32_t *id)
{
	guint64 number = g_ascii_strtoull(text, end, 10);

	*id = (int32_t)MIN(number, INT32_MAX);
	return g_ascii_isdigit(*text) && number >= 1 && number <= INT32_MAX;
}

/* ID, or with `ranges` ID-ID. */
static bool parse_ids(
	const char *text, bool ranges, int32_t range[2], GError **error)
{
	char *end;

	if (parse_id(text, &end, &range[0])) {
		range[1] = range[0];
		if (*end == '\0' ||
			(ranges && *end == '-' &&
				parse_id(end + 1, &end, &range[1]) &&
				*end == '\0' && range[0] <= range[1]))
			return true;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"alert: \"%s\" is not an alert number", text);
	return false;
}

static bool show_one(Store *store, const char *text, GError **error)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autoptr(StoreIncident) incident = NULL;
	g_autofree char *page = NULL;
	GString *out;
	int32_t range[2];

	if (parse_ids(text, false, range, error))
		incident = store_incident_get(store, range[0], error);
	if (incident == NULL)
		return false;
	out = g_string_new(NULL);
	alert_paragraph_append(out, incident, ALERT_PARAGRAPH_WHOLE, &style);
	page = g_string_free(out, FALSE);
	command_print(page);
	return true;
}

/* The name of the login, also behind sudo, or else of the user. */
static const char *get_login(char *buffer, size_t size)
{
	return getlogin_r(buffer, size) == 0 && *buffer != '\0'
		       ? buffer
		       : g_get_user_name();
}

static bool acknowledge_one(Store *store, const char *text, GError **error)
{
	char login[LOGIN_NAME_MAX + 1];
	int32_t range[2];
	int64_t count;

	if (!parse_ids(text, true, range, error) ||
		!store_alert_acknowledge(store, range,
			get_login(login, sizeof(login)), &count, error))
		return false;
	if (count > 0)
		command_printf("%s: acknowledged\n", text);
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"%s: there is no such alert, or it needs no "
			"acknowledgement",
			text);
	return count > 0;
}

/* Goes on after what concerns one alert only; the worst status counts. */
static CommandStatus for_each(Store *store, char **ids,
	bool (*run)(Store *store, const char *text, GError **error))
{
	CommandStatus worst = COMMAND_DONE;

	for (; *ids != NULL && worst != COMMAND_UNAVAILABLE; ids++) {
		g_autoptr(GError) error = NULL;
		CommandStatus status = COMMAND_DONE;

		if (!run(store, *ids, &error))
			status = command_fail(error);
		worst = MAX(worst, status);
	}
	return worst;
}

static CommandStatus show(
	G_GNUC_UNUSED const Settings *settings, Store *store, char **ids)
{
	return for_each(store, ids, show_one);
}

/* Nothing that is open is no success: the name may be wrong. */
static CommandStatus acknowledge_by_cause(Store *store)
{
	char login[LOGIN_NAME_MAX + 1];
	g_autoptr(GError) error = NULL;
	int64_t count;

	if (!store_incident_acknowledge(store, host, type,
		    get_login(login, sizeof(login)), &count, &error))
		return command_fail(error);
	if (count == 0) {
		command_complain("alert: no open alert is about this: see "
				 "tlsreport alert list");
		return COMMAND_BAD;
	}
	command_printf("%" PRId64 " alert%s acknowledged\n", count,
		count == 1 ? "" : "s");
	return COMMAND_DONE;
}

static CommandStatus acknowledge(
	G_GNUC_UNUSED const Settings *settings, Store *store, char **ids)
{
	return *ids == NULL ? acknowledge_by_cause(store)
			    : for_each(store, ids, acknowledge_one);
}

static CommandStatus test_channel(
	const AlertChannel *channel, const Settings *settings)
{
	g_autoptr(GError) error = NULL;

	if (!alert_channel_test(channel, settings, &error))
		return command_fail(error);
	command_printf(
		"%s: delivered a test\n", alert_channel_get_name(channel));
	return COMMAND_DONE;
}

static CommandStatus test(const Settings *settings, G_GNUC_UNUSED Store *store,
	G_GNUC_UNUSED char **ids)
{
	CommandStatus worst = COMMAND_DONE;

	if (!alert_channel_is_any_set(settings)) {
		g_autofree char *list = alert_channel_list_options();

		command_complain("alert: nobody receives alerts: set %s", list);
		return COMMAND_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; alert_channel_get(i) != NULL; i++) {
		const AlertChannel *channel = alert_channel_get(i);
		CommandStatus status = COMMAND_DONE;

		if (alert_channel_is_set(channel, settings))
			status = test_channel(channel, settings);
		worst = MAX(worst, status);
	}
	return worst;
}

/* For a service that is enabled everywhere, to have nobody to deliver to is no
 * failure. */
static CommandStatus deliver(
	const Settings *settings, Store *store, G_GNUC_UNUSED char **ids)
{
	if (!alert_channel_is_any_set(settings)) {
		g_autofree char *list = alert_channel_list_options();

		command_printf("Nobody receives alerts: set %s.\n", list);
		return COMMAND_DONE;
	}
	return once ? alert_deliver_once(settings, store)
		    : alert_deliver_forever(settings, store);
}

static const struct {
	const char *name;
	bool ids;
	CommandStatus (*run)(
		const Settings *settings, Store *store, char **ids);
} actions[] = {
	{"list", false, list},
	{"show", true, show},
	{"ack", true, acknowledge},
	{"test", false, test},
	{"deliver", false, deliver},
};

static CommandStatus run_action(size_t action, const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = command_load_settings(line, &error);
	g_autoptr(Store) store = NULL;

	if (settings != NULL)
		store = command_open_store(line, settings, CONNECTIONS, &error);
	if (store == NULL)
		return command_fail(error);
	return actions[action].run(settings, store, line->arguments + 1);
}

/* An action on what options name, and not on numbers. */
static bool is_by_cause(void)
{
	return host != NULL || type != NULL;
}

static CommandStatus run(const CommandLine *line)
{
	size_t count = g_strv_length(line->arguments);

	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (count > 0 &&
			strcmp(line->arguments[0], actions[i].name) == 0 &&
			(count > 1) == (actions[i].ids && !is_by_cause()))
			return run_action(i, line);
	}
	return command_show_usage(line);
}

const Command cmd_alert = {
	.name = "alert",
	.arguments = "list|show ID...|ack ID...|test|deliver",
	.summary = "show, acknowledge and deliver alerts",
	.details =
		"list shows incidents, which are all alerts of one cause. It "
		"exits with status 1\n"
		"if one is open that nobody has acknowledged.\n"
		"show and ack take the number of an incident or of an alert.\n"
		"Readers list and show; the role of the daemon acknowledges "
		"and delivers: see -d.\n"
		"deliver runs until it is stopped.",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_OPERATOR,
	.options = options,
	.run = run,
};
