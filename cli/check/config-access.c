/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>

#include "cli/check/config-check.h"
#include "sql/conninfo.h"

/* Says that others may change a file, or that the daemon cannot read it, and
 * whether there was something to say. `option` ends with a colon and a blank,
 * or is empty. */
static bool say_fault(const ConfigCheck *check, const char *option,
	const char *path, const struct stat *status)
{
	const Account *daemon = check->daemon;

	if ((status->st_mode & S_IWOTH) != 0)
		check_output_say(check->output, CHECK_BAD,
			"%s%s: everyone can change it: chmod o-w it", option,
			path);
	else if (daemon != NULL && !account_may(daemon, status, S_IROTH))
		check_output_say(check->output, CHECK_BAD,
			"%s%s: the daemon's user %s cannot read it: chgrp it "
			"to a group of that user, and chmod g+r it",
			option, path, daemon->name);
	else
		return false;
	return true;
}

static void check_configuration(const ConfigCheck *check)
{
	g_autofree char *password =
		conninfo_get(check->settings->database, "password");
	struct stat status;

	if (stat(check->path, &status) != 0)
		check_output_say(check->output, CHECK_BAD, "%s: %s",
			check->path, g_strerror(errno));
	else if (say_fault(check, "", check->path, &status))
		return;
	else if (password != NULL && (status.st_mode & S_IROTH) != 0)
		check_output_say(check->output, CHECK_BAD,
			"%s: everyone can read the password in database: "
			"chmod o-r it, or put the password into a passfile",
			check->path);
	else
		check_output_say(check->output, CHECK_OK, "%s", check->path);
}

/* Who reads the settings has read it. */
static void check_address_file(const ConfigCheck *check)
{
	const char *path = check->settings->report_address_file;
	struct stat status;

	if (*path == '\0')
		return;
	if (stat(path, &status) == 0 &&
		say_fault(check, "report_address_file: ", path, &status))
		return;
	check_output_say(
		check->output, CHECK_OK, "report_address_file: %s", path);
}

/* The rules are libpq's, which does without such a file and says so only where
 * nobody may read it. */
static void check_passfile(const ConfigCheck *check)
{
	g_autofree char *path =
		conninfo_get(check->settings->database, "passfile");
	struct stat status;

	if (path == NULL)
		return;
	if (stat(path, &status) != 0)
		check_output_say(check->output, CHECK_BAD,
			"database: passfile: %s: %s", path, g_strerror(errno));
	else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		check_output_say(check->output, CHECK_BAD,
			"database: passfile: %s is ignored while others may "
			"read it: chmod 0600 it",
			path);
	else if (check->daemon != NULL &&
		 !account_may(check->daemon, &status, S_IROTH))
		check_output_say(check->output, CHECK_BAD,
			"database: passfile: the daemon's user %s cannot read "
			"%s: chown it to that user",
			check->daemon->name, path);
	else
		check_output_say(check->output, CHECK_OK,
			"database: passfile: %s", path);
}

/* Of a directory that is there. */
static void check_writer(const ConfigCheck *check, const char *option,
	const char *directory, const struct stat *status)
{
	const Account *daemon = check->daemon;
	g_autofree char *owner = account_get_name(status->st_uid);
	bool open = (status->st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH;

	if (open)
		check_output_say(check->output, CHECK_BAD,
			"%s: everyone can write to %s and replace what is in "
			"it: chmod o-w it",
			option, directory);
	else if (daemon != NULL &&
		 !account_may(daemon, status, S_IWOTH | S_IXOTH))
		check_output_say(check->output, CHECK_BAD,
			"%s: the daemon's user %s cannot write to %s: chown "
			"it to that user",
			option, daemon->name, directory);
	else if (daemon == NULL && status->st_uid == 0 &&
		 (status->st_mode & S_IWGRP) == 0)
		check_output_say(check->output, CHECK_WARNING,
			"%s: only root can write to %s: chown it to the user "
			"of the daemon",
			option, directory);
	else
		check_output_say(check->output, CHECK_OK,
			"%s: %s belongs to %s", option, directory, owner);
}

/* The unit makes its directory below /run, where nothing outlasts a boot. */
static void say_missing(const ConfigCheck *check, const char *option,
	const char *directory, int number)
{
	if (g_str_has_prefix(directory, "/run/"))
		check_output_say(check->output, CHECK_WARNING,
			"%s: %s: %s: create it for the user of the daemon, "
			"unless the unit does so at the start",
			option, directory, g_strerror(number));
	else
		check_output_say(check->output, CHECK_BAD,
			"%s: %s: %s: create it for the user of the daemon",
			option, directory, g_strerror(number));
}

static void check_directory(
	const ConfigCheck *check, const char *option, const char *directory)
{
	g_autofree char *barrier = NULL;
	struct stat status;

	if (check->daemon != NULL)
		barrier = account_find_barrier(check->daemon, directory);
	if (stat(directory, &status) != 0)
		say_missing(check, option, directory, errno);
	else if (!S_ISDIR(status.st_mode))
		check_output_say(check->output, CHECK_BAD,
			"%s: %s is not a directory", option, directory);
	else if (barrier != NULL)
		check_output_say(check->output, CHECK_BAD,
			"%s: the daemon's user %s cannot reach %s: it may not "
			"enter %s",
			option, check->daemon->name, directory, barrier);
	else
		check_writer(check, option, directory, &status);
}

static void check_socket(const ConfigCheck *check)
{
	const char *socket = check->settings->socket;
	const char *path = config_check_get_socket_path(socket);
	g_autofree char *directory = NULL;

	if (path == NULL) {
		check_output_say(check->output, CHECK_OK, "socket: %s", socket);
		return;
	}
	directory = g_path_get_dirname(path);
	check_directory(check, "socket", directory);
}

static void check_spool(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	if (settings->on_store_failure == SETTINGS_ON_STORE_FAILURE_SPOOL)
		check_directory(
			check, "spool_directory", settings->spool_directory);
}

static void check_metrics(const ConfigCheck *check)
{
	const char *path = check->settings->metrics_file;
	g_autofree char *directory = g_path_get_dirname(path);

	if (*path != '\0')
		check_directory(check, "metrics_file", directory);
}

void config_access_check(const ConfigCheck *check)
{
	check_configuration(check);
	check_address_file(check);
	check_passfile(check);
	check_socket(check);
	check_spool(check);
	check_metrics(check);
}
