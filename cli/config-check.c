/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/config-check.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "sql/store.h"

enum {
	/* An entry of the user or group database. */
	ENTRY_MAX = 16384,
};

typedef struct {
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

static void check_owner(
	const Output *output, const char *directory, const struct stat *status)
{
	g_autofree char *name = get_user_name(status->st_uid);
	bool open = (status->st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH;

	if (open)
		say(output, CONFIG_CHECK_BAD,
			"socket: everybody can write to %s and take the "
			"socket's place: chmod o-w it",
			directory);
	else if (status->st_uid == 0 && (status->st_mode & S_IWGRP) == 0)
		say(output, CONFIG_CHECK_WARNING,
			"socket: only root can write to %s: give it to the "
			"user that the daemon runs as",
			directory);
	else
		say(output, CONFIG_CHECK_OK, "socket: %s belongs to %s",
			directory, name);
}

static void check_socket_path(const Output *output, const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	struct stat status;

	if (stat(directory, &status) != 0)
		say(output, CONFIG_CHECK_BAD,
			"socket: %s: %s: create it for the user that the "
			"daemon runs as; the service does so when it starts",
			directory, g_strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		say(output, CONFIG_CHECK_BAD, "socket: %s is no directory",
			directory);
	else
		check_owner(output, directory, &status);
}

static void check_socket(const Output *output, const Settings *settings)
{
	const char *path = get_socket_path(settings->socket);

	if (path != NULL)
		check_socket_path(output, path);
	else
		say(output, CONFIG_CHECK_OK, "socket: %s", settings->socket);
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
	g_autoptr(Store) store = store_open(settings->database, 1, &error);

	if (store == NULL)
		say(output, CONFIG_CHECK_BAD, "%s", error->message);
	else
		say(output, CONFIG_CHECK_OK,
			"database: well-formed; tlsrptctl check-db connects");
}

static void check_limits(const Output *output, const Settings *settings)
{
	if (settings->max_parse_memory < settings->max_report_size)
		say(output, CONFIG_CHECK_WARNING,
			"max_parse_memory is below max_report_size: reports "
			"of that size are refused all the same");
	else
		say(output, CONFIG_CHECK_OK, "limits: fit each other");
}

void config_check_run(
	const Settings *settings, ConfigCheckPrint print, void *data)
{
	static void (*const checks[])(const Output *, const Settings *) = {
		check_addresses,
		check_socket,
		check_mode,
		check_group,
		check_database,
		check_limits,
	};
	Output output = {.print = print, .data = data};

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		checks[i](&output, settings);
}
