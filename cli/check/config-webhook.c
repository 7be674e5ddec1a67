/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include "cli/alert/webhook-form.h"
#include "cli/alert/webhook-post.h"
#include "cli/alert/webhook.h"
#include "cli/check/config-check.h"

/* Whether the service may read a file, which whoever runs the check may. */
static bool check_reader(
	const ConfigCheck *check, const char *option, const char *path)
{
	struct stat status;

	if (*path == '\0')
		return true;
	if (stat(path, &status) != 0)
		check_output_say(check->output, CHECK_BAD, "%s: %s: %s", option,
			path, g_strerror(errno));
	else if (check->daemon != NULL &&
		 !account_may(check->daemon, &status, S_IROTH))
		check_output_say(check->output, CHECK_BAD,
			"%s: the user %s of tlsrpt-alert cannot read %s: chgrp "
			"it to a group of that user, and chmod g+r it",
			option, check->daemon->name, path);
	else
		return true;
	return false;
}

/* Such a URL is a password. */
static bool is_url_open(const ConfigCheck *check, const WebhookForm *form)
{
	struct stat status;

	return form->open && stat(check->path, &status) == 0 &&
	       (status.st_mode & S_IROTH) != 0;
}

void config_webhook_check(const ConfigCheck *check)
{
	const Settings *settings = check->settings;
	const WebhookForm *form =
		webhook_form_get(settings->alert_webhook_form);
	g_autofree char *origin =
		webhook_post_get_origin(settings->alert_webhook);
	g_autoptr(GError) error = NULL;

	if (*settings->alert_webhook == '\0')
		return;
	if (!webhook_check(settings, &error))
		check_output_say(
			check->output, CHECK_BAD, "%s", error->message);
	else if (!check_reader(check, "alert_webhook_secret_file",
			 settings->alert_webhook_secret_file) ||
		 !check_reader(check, "alert_webhook_ca_file",
			 settings->alert_webhook_ca_file))
		return;
	else if (is_url_open(check, form))
		check_output_say(check->output, CHECK_WARNING,
			"alert_webhook: everyone can read the URL in %s, and "
			"anyone who knows it can post to it: chmod o-r the "
			"file",
			check->path);
	else
		check_output_say(check->output, CHECK_OK,
			"alert_webhook: %s, in the form of %s", origin,
			form->name);
}
