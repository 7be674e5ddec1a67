/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <sys/stat.h>

#include "cli/alert/channel.h"
#include "cli/alert/watch.h"
#include "cli/check/config-check.h"

/* What is run, in the name of the same user as the daemon. */
static void check_program(
	const ConfigCheck *check, const char *option, const char *path)
{
	const Account *daemon = check->daemon;
	struct stat status;

	if (stat(path, &status) != 0)
		check_output_say(check->output, CHECK_BAD, "%s: %s: %s", option,
			path, g_strerror(errno));
	else if (!S_ISREG(status.st_mode) ||
		 (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		check_output_say(check->output, CHECK_BAD,
			"%s: %s is not a program: chmod +x it", option, path);
	else if ((status.st_mode & S_IWOTH) != 0)
		check_output_say(check->output, CHECK_BAD,
			"%s: everyone can change %s: chmod o-w it", option,
			path);
	else if (daemon != NULL && !account_may(daemon, &status, S_IXOTH))
		check_output_say(check->output, CHECK_BAD,
			"%s: the user %s of tlsrpt-alert cannot run %s", option,
			daemon->name, path);
	else
		check_output_say(
			check->output, CHECK_OK, "%s: %s", option, path);
}

void config_alert_check(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	for (size_t i = 0; alert_channel_get(i) != NULL; i++) {
		const AlertChannel *channel = alert_channel_get(i);
		const char *option;
		const char *program =
			alert_channel_get_program(channel, settings, &option);

		if (program != NULL && alert_channel_is_set(channel, settings))
			check_program(check, option, program);
	}
	if (settings->alert_corroboration == SETTINGS_ALERT_CORROBORATION_YES &&
		!alert_watch_is_on(settings))
		check_output_say(check->output, CHECK_WARNING,
			"alert_corroboration: no domain is looked at, so that "
			"only trusted reporters can show the same: set "
			"watch_interval, and use a program that was not built "
			"--without-probe");
	if (alert_channel_is_any_set(settings) &&
		settings->dkim == SETTINGS_DKIM_OFF)
		check_output_say(check->output, CHECK_WARNING,
			"alerts: while dkim is off, all reports are "
			"unauthenticated and open no alert unless a rule says "
			"so: set dkim, or run \"tlsreport rule set NAME "
			"--unauthenticated yes\"");
}
