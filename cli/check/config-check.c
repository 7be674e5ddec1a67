/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/config-check.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "sql/conninfo.h"
#include "trust/dkim-verify.h"

enum {
	/* An entry of the group database. */
	ENTRY_MAX = 16384,
};

static const char daemon_user[] = "tlsrpt-milter";

const char *config_check_get_socket_path(const char *socket)
{
	static const char prefix[] = "unix:";

	if (!g_str_has_prefix(socket, prefix))
		return NULL;
	return socket + strlen(prefix);
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

static void check_mode(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	if (config_check_get_socket_path(settings->socket) == NULL)
		return;
	if ((settings->socket_mode & S_IWOTH) != 0)
		check_output_say(check->output, CHECK_WARNING,
			"socket_mode: every user of this host can connect: "
			"0660 allows only owner and group");
	else
		check_output_say(check->output, CHECK_OK, "socket_mode: %04o",
			(unsigned)settings->socket_mode);
}

static void check_group(const ConfigCheck *check)
{
	const char *group = check->settings->socket_group;

	if (*group == '\0')
		return;
	if (!is_group(group))
		check_output_say(check->output, CHECK_BAD,
			"socket_group: there is no group %s: create it, or "
			"name the group of the mail server",
			group);
	else
		check_output_say(
			check->output, CHECK_OK, "socket_group: %s", group);
}

/* That of the sample configuration: nobody's. */
static bool has_example_address(const char *const *addresses)
{
	return g_strv_contains(addresses, "tls-reports@example.com");
}

static void check_addresses(const ConfigCheck *check)
{
	const char *const *addresses = check->settings->report_addresses;
	size_t count = 0;

	while (addresses[count] != NULL)
		count++;
	if (count == 0)
		check_output_say(check->output, CHECK_BAD,
			"report_addresses: empty: name the addresses after "
			"rua= in your _smtp._tls records");
	else if (has_example_address(addresses))
		check_output_say(check->output, CHECK_WARNING,
			"report_addresses: tls-reports@example.com is an "
			"example: name the addresses after rua= in your "
			"_smtp._tls records");
	else
		check_output_say(check->output, CHECK_OK,
			"report_addresses: %zu, the first is %s", count,
			addresses[0]);
}

static void check_database(const ConfigCheck *check)
{
	g_autoptr(GError) error = NULL;

	if (!conninfo_check(check->settings->database, &error))
		check_output_say(
			check->output, CHECK_BAD, "%s", error->message);
	else
		check_output_say(check->output, CHECK_OK,
			"database: well-formed; tlsreport check-db connects "
			"to it");
}

static void check_dkim(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	if (settings->dkim == SETTINGS_DKIM_OFF)
		check_output_say(check->output, CHECK_WARNING,
			"dkim: off: anyone who knows the address can report "
			"in any name, and these reports are in all that is "
			"shown");
	else if (settings->dkim == SETTINGS_DKIM_VERIFY &&
		 !dkim_verify_is_available())
		check_output_say(check->output, CHECK_BAD,
			"dkim: \"verify\" needs a program built with "
			"libopendkim: set it to \"authres\"");
	else
		check_output_say(check->output, CHECK_OK,
			"dkim: signatures are checked");
}

static void check_limits(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	if (settings->max_parse_memory < settings->max_report_size)
		check_output_say(check->output, CHECK_WARNING,
			"max_parse_memory is below max_report_size: reports "
			"near that size are refused");
	else if (settings->rollup_retention_days < settings->retention_days)
		check_output_say(check->output, CHECK_BAD,
			"rollup_retention_days is below retention_days: purge "
			"keeps roll-ups at least as long as reports");
	else if (settings->retention_days < settings->max_report_age)
		check_output_say(check->output, CHECK_WARNING,
			"retention_days is below max_report_age: a purged "
			"report counts again if it arrives again");
	else if (settings->spool_max_bytes < settings->max_message_size)
		check_output_say(check->output, CHECK_WARNING,
			"spool_max_bytes is below max_message_size: messages "
			"near that size cannot wait for the database");
	else if (*settings->https_spool_directory != '\0' &&
		 settings->https_spool_max_bytes < settings->max_message_size)
		check_output_say(check->output, CHECK_WARNING,
			"https_spool_max_bytes is below max_message_size: "
			"reports near that size cannot come by HTTPS");
	else
		check_output_say(check->output, CHECK_OK, "limits: consistent");
}

/* The owner of its socket while it runs, else the user that the packages make
 * for it. */
static Account *find_daemon(const Settings *settings)
{
	const char *path = config_check_get_socket_path(settings->socket);
	struct stat status;

	if (path != NULL && lstat(path, &status) == 0 &&
		S_ISSOCK(status.st_mode))
		return account_find_uid(status.st_uid);
	return account_find(daemon_user);
}

void config_check_run(
	const Settings *settings, const char *path, CheckOutput *output)
{
	static void (*const checks[])(const ConfigCheck *) = {
		check_addresses,
		config_access_check,
		check_mode,
		check_group,
		config_postfix_check,
		config_sendmail_check,
		check_database,
		check_dkim,
		config_https_check,
		config_alert_check,
		config_webhook_check,
		check_limits,
	};
	g_autoptr(Account) daemon = find_daemon(settings);
	const ConfigCheck check = {
		.settings = settings,
		.path = path,
		.daemon = daemon,
		.output = output,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		checks[i](&check);
}
