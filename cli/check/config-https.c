/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "cli/check/config-check.h"
#include "spool/spool-limits.h"
#include "spool/spool.h"
#include "trust/dkim-verify.h"

enum {
	/* By then everything is taken in, or nobody goes on with it. */
	OLD_SECONDS = 3600,
};

/* Below the directory, what the web server has to reach, and how. */
static const struct {
	const char *name;
	mode_t group;
	const char *mode;
} places[] = {
	{"", S_IRGRP | S_IXGRP, "2750"},
	{"tmp", S_IRWXG, "2770"},
	{"new", S_IRWXG, "2770"},
};

static void G_GNUC_PRINTF(3, 4)
	say(const ConfigCheck *check, CheckLevel level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	check_output_say(
		check->output, level, "https_spool_directory: %s", text);
}

/* Nobody has verified the signature of what the web server brings. */
static bool check_trust(const ConfigCheck *check)
{
	const Settings *settings = check->settings;

	if (settings->dkim == SETTINGS_DKIM_OFF)
		say(check, CHECK_WARNING,
			"while dkim is off, every report by HTTPS is "
			"unauthenticated: set dkim to \"verify\"");
	else if (settings->dkim == SETTINGS_DKIM_AUTHRES &&
		 !dkim_verify_is_available())
		say(check, CHECK_WARNING,
			"no mail server verifies what comes by HTTPS, so that "
			"every report is unauthenticated: use a program built "
			"with libopendkim");
	else
		return true;
	return false;
}

/* Whether the place is the daemon's, and the web server gets in by its
 * group. */
static bool check_rights(const ConfigCheck *check, const char *path,
	const struct stat *status, size_t number)
{
	const Account *daemon = check->daemon;
	g_autofree char *owner = account_get_name(status->st_uid);

	if ((status->st_mode & S_IWOTH) != 0)
		say(check, CHECK_BAD, "everyone can write to %s: chmod %s it",
			path, places[number].mode);
	else if (daemon != NULL && daemon->uid != status->st_uid)
		say(check, CHECK_BAD,
			"%s belongs to %s, and not to the daemon's user %s: "
			"chown it to that user",
			path, owner, daemon->name);
	else if ((status->st_mode & places[number].group) !=
		 places[number].group)
		say(check, CHECK_BAD,
			"the web server cannot use %s: chmod %s it", path,
			places[number].mode);
	else if (daemon != NULL && daemon->group_count > 0 &&
		 daemon->groups[0] == status->st_gid)
		say(check, CHECK_BAD,
			"the group of %s is that of the daemon, and not that "
			"of the web server: chgrp it, such as to www-data",
			path);
	else
		return true;
	return false;
}

/* The daemon makes what is missing below the directory. */
static bool check_place(const ConfigCheck *check, size_t number)
{
	const char *directory = check->settings->https_spool_directory;
	g_autofree char *path =
		g_build_filename(directory, places[number].name, NULL);
	struct stat status;

	if (stat(path, &status) == 0)
		return check_rights(check, path, &status, number);
	if (number > 0 && errno == ENOENT)
		return true;
	say(check, CHECK_BAD,
		"%s: %s: create it for the user of the daemon and the group "
		"of the web server, such as with \"install -d -m 2750 -o "
		"tlsrpt-milter -g www-data %s\"",
		path, g_strerror(errno), directory);
	return false;
}

static bool check_places(const ConfigCheck *check)
{
	const char *directory = check->settings->https_spool_directory;
	g_autofree char *barrier = NULL;

	if (check->daemon != NULL)
		barrier = account_find_barrier(check->daemon, directory);
	if (barrier != NULL) {
		say(check, CHECK_BAD,
			"the daemon's user %s cannot reach %s: it may not "
			"enter %s",
			check->daemon->name, directory, barrier);
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!check_place(check, i))
			return false;
	}
	return true;
}

static bool check_limits(const ConfigCheck *check)
{
	SpoolLimits limits;
	g_autoptr(GError) error = NULL;

	if (spool_limits_read(
		    check->settings->https_spool_directory, &limits, &error))
		return true;
	say(check, CHECK_WARNING,
		"the daemon does not take in what is there, so that the web "
		"server refuses reports: restart tlsrpt-milter (%s)",
		error->message);
	return false;
}

static unsigned count_old(const ConfigCheck *check, const char *place)
{
	g_autofree char *path = g_build_filename(
		check->settings->https_spool_directory, place, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	int64_t then = g_get_real_time() / G_USEC_PER_SEC - OLD_SECONDS;
	const char *name;
	unsigned count = 0;

	while (directory != NULL &&
		(name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		struct stat status;

		count += lstat(file, &status) == 0 && status.st_mtime < then;
	}
	return count;
}

static bool check_files(const ConfigCheck *check)
{
	unsigned waiting = count_old(check, "new");
	unsigned unfinished = count_old(check, "tmp");

	if (waiting > 0)
		say(check, CHECK_WARNING,
			"%u reports have waited for over an hour: see in the "
			"log of the daemon why, and whether the database is "
			"available",
			waiting);
	if (unfinished > 0)
		say(check, CHECK_WARNING,
			"%u reports were never completed, and take room: "
			"restart tlsrpt-milter, which removes them",
			unfinished);
	return waiting == 0 && unfinished == 0;
}

void config_https_check(const ConfigCheck *check)
{
	const char *directory = check->settings->https_spool_directory;
	bool good;

	if (*directory == '\0')
		return;
	good = check_trust(check);
	if (!check_places(check) || !check_limits(check) ||
		!check_files(check) || !good)
		return;
	if (strcmp(directory, SPOOL_HTTPS_DIRECTORY) == 0)
		say(check, CHECK_OK, "%s", directory);
	else
		say(check, CHECK_OK,
			"%s, which the web server has to name in "
			"TLSRPT_HTTPS_SPOOL",
			directory);
}
