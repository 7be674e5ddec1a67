/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/channel.h"
#include "cli/check/config-check.h"
#include "cli/check/database-check.h"
#include "cli/check/output.h"
#include "cli/command.h"
#include "sql/error.h"
#include "sql/store-alert.h"

static const GOptionEntry options[] = {{NULL}};

static CommandStatus get_status(const CheckOutput *output)
{
	return output->worst == CHECK_BAD ? COMMAND_BAD : COMMAND_DONE;
}

static CommandStatus run_check_config(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	const char *path = command_get_settings_path(line);
	g_autoptr(Settings) settings = settings_load(path, &error);
	CheckOutput output = {CHECK_OK};

	if (settings != NULL)
		config_check_run(settings, path, &output);
	else
		check_output_say(&output, CHECK_BAD, "%s", error->message);
	return get_status(&output);
}

/* Alerts that nobody hears of are worth no more than none. A tenant may not
 * know how delivery stands, and has nothing to do with it. */
static void check_delivery(
	const Settings *settings, Store *store, CheckOutput *output)
{
	g_autoptr(StoreTable) channels = store_alert_channels(store, NULL);

	for (size_t i = 0; channels != NULL && alert_channel_get(i) != NULL;
		i++) {
		const AlertChannel *channel = alert_channel_get(i);
		g_autofree char *problem =
			alert_channel_find_problem(channel, settings, channels);

		if (problem != NULL)
			check_output_say(output, CHECK_BAD, "%s", problem);
		else if (alert_channel_is_set(channel, settings))
			check_output_say(output, CHECK_OK,
				"%s: alerts are delivered",
				alert_channel_get_option(channel));
	}
}

static CommandStatus fail(const GError *error, CheckOutput *output)
{
	g_autofree char *advice = command_make_advice(error);

	check_output_say(output, CHECK_BAD, "%s", error->message);
	if (advice != NULL)
		check_output_advise(advice);
	if (store_error_is_temporary(error) ||
		g_error_matches(error, STORE_ERROR, STORE_ERROR_LOGIN))
		return COMMAND_UNAVAILABLE;
	return COMMAND_BAD;
}

static CommandStatus check_database(
	const CommandLine *line, const Settings *settings, Store *store)
{
	g_autoptr(GError) error = NULL;
	CheckOutput output = {CHECK_OK};

	if (database_check_run(
		    store, settings, line->database == NULL, &output, &error)) {
		check_delivery(settings, store, &output);
		return get_status(&output);
	}
	return fail(error, &output);
}

static CommandStatus run_check_db(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = command_load_settings(line, &error);
	g_autoptr(Store) store = NULL;

	if (settings != NULL)
		store = command_open_store(line, settings, 1, &error);
	if (store == NULL)
		return command_fail(error);
	return check_database(line, settings, store);
}

const Command cmd_check_config = {
	.name = "check-config",
	.arguments = "",
	.summary = "say what is wrong with the configuration",
	.needs = COMMAND_NEEDS_SETTINGS,
	.options = options,
	.run = run_check_config,
};

const Command cmd_check_db = {
	.name = "check-db",
	.arguments = "",
	.summary = "say what is wrong with the database",
	.needs = COMMAND_NEEDS_DATABASE,
	.who = COMMAND_FOR_WRITER,
	.options = options,
	.run = run_check_db,
};
