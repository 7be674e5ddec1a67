/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/config-check.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "parser/dkim-verify.h"
#include "sql/conninfo.h"

enum {
	/* An entry of the user or group database. */
	ENTRY_MAX = 16384,
};

typedef struct {
	/* Of the configuration. */
	const char *path;
	ConfigCheckPrint print;
	void *data;
} Output;

static void say(const Output *output, ConfigCheckLevel level,
	const char *format, ...) G_GNUC_PRINTF(3, 4);

static void say(
	const Output *output, ConfigCheckLevel level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	output->print(level, text, output->data);
}

/* The path of a socket in the file system, or NULL for one of the network. */
static const char *get_socket_path(const char *socket)
{
	static const char prefix[] = "unix:";

	if (!g_str_has_prefix(socket, prefix))
		return NULL;
	return socket + strlen(prefix);
}

/* The name of a user, or the number where it has none. */
static char *get_user_name(uid_t uid)
{
	char buffer[ENTRY_MAX];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) != 0 ||
		found == NULL)
		return g_strdup_printf("user %u", (unsigned)uid);
	return g_strdup(found->pw_name);
}

/* A group too big for the buffer exists as well. */
static bool is_group(const char *name)
{
	char buffer[ENTRY_MAX];
	struct group entry;
	struct group *found = NULL;
	int result = getgrnam_r(name, &entry, buffer, sizeof(buffer), &found);

	return found != NULL || result == ERANGE;
}

static void check_owner(const Output *output, const char *option,
	const char *directory, const struct stat *status)
{
	g_autofree char *name = get_user_name(status->st_uid);
	bool open = (status->st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH;

	if (open)
		say(output, CONFIG_CHECK_BAD,
			"%s: everybody can write to %s and replace what is in "
			"it: chmod o-w it",
			option, directory);
	else if (status->st_uid == 0 && (status->st_mode & S_IWGRP) == 0)
		say(output, CONFIG_CHECK_WARNING,
			"%s: only root can write to %s: give it to the "
			"user that the daemon runs as",
			option, directory);
	else
		say(output, CONFIG_CHECK_OK, "%s: %s belongs to %s", option,
			directory, name);
}

static void check_directory(
	const Output *output, const char *option, const char *directory)
{
	struct stat status;

	if (stat(directory, &status) != 0)
		say(output, CONFIG_CHECK_BAD,
			"%s: %s: %s: create it for the user that the daemon "
			"runs as",
			option, directory, g_strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		say(output, CONFIG_CHECK_BAD, "%s: %s is no directory", option,
			directory);
	else
		check_owner(output, option, directory, &status);
}

static void check_socket(const Output *output, const Settings *settings)
{
	const char *path = get_socket_path(settings->socket);

	if (path != NULL) {
		g_autofree char *directory = g_path_get_dirname(path);

		check_directory(output, "socket", directory);
	} else {
		say(output, CONFIG_CHECK_OK, "socket: %s", settings->socket);
	}
}

static void check_mode(const Output *output, const Settings *settings)
{
	if (get_socket_path(settings->socket) == NULL)
		return;
	if ((settings->socket_mode & S_IWOTH) != 0)
		say(output, CONFIG_CHECK_WARNING,
			"socket_mode: every user of this host can connect: "
			"0660 lets owner and group only");
	else
		say(output, CONFIG_CHECK_OK, "socket_mode: %04o",
			(unsigned)settings->socket_mode);
}

static void check_group(const Output *output, const Settings *settings)
{
	const char *group = settings->socket_group;

	if (*group == '\0')
		return;
	if (!is_group(group))
		say(output, CONFIG_CHECK_BAD,
			"socket_group: there is no group %s: create it, or "
			"name the group of the mail server",
			group);
	else
		say(output, CONFIG_CHECK_OK, "socket_group: %s", group);
}

static void check_addresses(const Output *output, const Settings *settings)
{
	size_t count = 0;

	while (settings->report_addresses[count] != NULL)
		count++;
	if (count == 0)
		say(output, CONFIG_CHECK_BAD,
			"report_addresses: none: name the addresses that "
			"stand behind rua= in your _smtp._tls records");
	else
		say(output, CONFIG_CHECK_OK,
			"report_addresses: %zu, the first is %s", count,
			settings->report_addresses[0]);
}

static void check_database(const Output *output, const Settings *settings)
{
	g_autoptr(GError) error = NULL;

	if (!conninfo_check(settings->database, &error))
		say(output, CONFIG_CHECK_BAD, "%s", error->message);
	else
		say(output, CONFIG_CHECK_OK,
			"database: well-formed; tlsrptctl check-db connects");
}

/* The rule is libpq's, which does without such a file and says so only where
 * nobody may read it. */
static void check_passfile(const Output *output, const Settings *settings)
{
	g_autofree char *path = conninfo_get(settings->database, "passfile");
	struct stat status;

	if (path == NULL)
		return;
	if (stat(path, &status) != 0)
		say(output, CONFIG_CHECK_BAD, "database: passfile: %s: %s",
			path, g_strerror(errno));
	else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		say(output, CONFIG_CHECK_BAD,
			"database: passfile: %s is ignored as long as others "
			"may read it: chmod 0600 it",
			path);
	else
		say(output, CONFIG_CHECK_OK, "database: passfile: %s", path);
}

static void check_file(const Output *output, const Settings *settings)
{
	g_autofree char *password =
		conninfo_get(settings->database, "password");
	struct stat status;

	if (stat(output->path, &status) != 0)
		say(output, CONFIG_CHECK_BAD, "%s: %s", output->path,
			g_strerror(errno));
	else if ((status.st_mode & S_IWOTH) != 0)
		say(output, CONFIG_CHECK_BAD,
			"%s: everybody can change it: chmod o-w it",
			output->path);
	else if (password != NULL && (status.st_mode & S_IROTH) != 0)
		say(output, CONFIG_CHECK_BAD,
			"%s: everybody can read the password in database: "
			"chmod o-r it, or put the password into a passfile",
			output->path);
	else
		say(output, CONFIG_CHECK_OK, "%s", output->path);
}

static void check_address_file(const Output *output, const Settings *settings)
{
	const char *path = settings->report_address_file;
	struct stat status;

	if (*path == '\0')
		return;
	if (stat(path, &status) == 0 && (status.st_mode & S_IWOTH) != 0)
		say(output, CONFIG_CHECK_BAD,
			"report_address_file: everybody can change %s: "
			"chmod o-w it",
			path);
	else
		say(output, CONFIG_CHECK_OK, "report_address_file: %s", path);
}

static void check_spool(const Output *output, const Settings *settings)
{
	if (settings->on_store_failure == SETTINGS_ON_STORE_FAILURE_SPOOL)
		check_directory(
			output, "spool_directory", settings->spool_directory);
}

static void check_metrics(const Output *output, const Settings *settings)
{
	g_autofree char *directory = g_path_get_dirname(settings->metrics_file);

	if (*settings->metrics_file != '\0')
		check_directory(output, "metrics_file", directory);
}

static void check_dkim(const Output *output, const Settings *settings)
{
	if (settings->dkim == SETTINGS_DKIM_OFF)
		say(output, CONFIG_CHECK_WARNING,
			"dkim: off: whoever knows the address can report in "
			"anybody's name");
	else if (settings->dkim == SETTINGS_DKIM_VERIFY &&
		 !dkim_verify_is_available())
		say(output, CONFIG_CHECK_BAD,
			"dkim: \"verify\" needs a program built with "
			"libopendkim: set it to \"authres\"");
	else
		say(output, CONFIG_CHECK_OK, "dkim: signers are looked for");
}

static void check_limits(const Output *output, const Settings *settings)
{
	if (settings->max_parse_memory < settings->max_report_size)
		say(output, CONFIG_CHECK_WARNING,
			"max_parse_memory is below max_report_size: reports "
			"of that size are refused all the same");
	else if (settings->rollup_retention_days < settings->retention_days)
		say(output, CONFIG_CHECK_BAD,
			"rollup_retention_days is below retention_days: purge "
			"keeps daily sums at least as long as reports");
	else if (settings->retention_days < settings->max_report_age)
		say(output, CONFIG_CHECK_WARNING,
			"retention_days is below max_report_age: a report "
			"that was purged counts again when it comes again");
	else
		say(output, CONFIG_CHECK_OK, "limits: fit each other");
}

void config_check_run(const Settings *settings, const char *path,
	ConfigCheckPrint print, void *data)
{
	static void (*const checks[])(const Output *, const Settings *) = {
		check_file,
		check_addresses,
		check_address_file,
		check_socket,
		check_mode,
		check_group,
		check_database,
		check_passfile,
		check_spool,
		check_metrics,
		check_dkim,
		check_limits,
	};
	Output output = {.path = path, .print = print, .data = data};

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		checks[i](&output, settings);
}
