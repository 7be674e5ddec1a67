/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cli/check/config-check.h"

static const char path[] = "/etc/mail/sendmail.cf";

/* "unix:" is "local:" too, and either may be left out. */
static bool is_socket(const char *spelling, const char *socket)
{
	const char *file = config_check_get_socket_path(socket);

	if (g_str_has_prefix(spelling, "local:"))
		spelling += strlen("local:");
	else if (config_check_get_socket_path(spelling) != NULL)
		spelling = config_check_get_socket_path(spelling);
	return strcmp(spelling, file != NULL ? file : socket) == 0;
}

/* A line "Xname, S=socket, F=T, ..." of a filter with that socket: its name,
 * which the caller frees, or NULL. */
static char *read_filter(const char *line, const char *socket)
{
	g_auto(GStrv) words = g_strsplit(line + 1, ",", -1);
	bool found = false;

	for (size_t i = 0; words[i] != NULL; i++) {
		g_strstrip(words[i]);
		if (i > 0 && g_str_has_prefix(words[i], "S="))
			found = is_socket(words[i] + strlen("S="), socket);
	}
	return found ? g_strdup(words[0]) : NULL;
}

static bool uses(char *const *lines, const char *name)
{
	static const char option[] = "O InputMailFilters=";

	for (; *lines != NULL; lines++) {
		g_auto(GStrv) names = NULL;

		if (!g_str_has_prefix(*lines, option))
			continue;
		names = g_strsplit_set(*lines + strlen(option), ", ;\t", -1);
		if (g_strv_contains((const char *const *)names, name))
			return true;
	}
	return false;
}

const char *config_sendmail_find_problem(const char *text, const char *socket)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *name = NULL;

	for (size_t i = 0; lines[i] != NULL && name == NULL; i++) {
		if (lines[i][0] == 'X')
			name = read_filter(lines[i], socket);
	}
	if (name == NULL)
		return "no filter has this socket: put the line of the "
		       "example into sendmail.mc";
	if (!uses(lines, name))
		return "the filter with this socket is not in use: define it "
		       "with INPUT_MAIL_FILTER";
	return NULL;
}

void config_sendmail_check(const ConfigCheck *check)
{
	g_autofree char *text = NULL;
	const char *problem;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	problem = config_sendmail_find_problem(text, check->settings->socket);
	if (problem == NULL)
		check_output_say(
			check->output, CHECK_OK, "socket: %s names it", path);
	else
		check_output_say(check->output, CHECK_WARNING,
			"socket: %s: %s, and make %s again", path, problem,
			path);
}
