/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/check/config-check.h"
#include "cli/check/postconf.h"

enum {
	LEAST_PROTOCOL = 4,
};

/* What Postfix has configured. */
typedef struct {
	char *queue_directory;
	char *mail_owner;
	/* Words of all smtpd_milters, also those of single services. */
	char **milters;
	int64_t protocol;
	bool chrooted;
} Postfix;

static void postfix_clear(Postfix *postfix)
{
	g_free(postfix->queue_directory);
	g_free(postfix->mail_owner);
	g_strfreev(postfix->milters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Postfix, postfix_clear)

/* Without a configuration postconf(1) pauses for a second and fails: where the
 * first does nothing else is asked. */
static bool postfix_read(Postfix *postfix)
{
	static const char *main_words[] = {"-hx", "queue_directory",
		"mail_owner", "smtpd_milters", "milter_protocol", NULL};
	static const char *service_words[] = {
		"-Px", "*/inet/smtpd_milters", NULL};
	static const char *chroot_words[] = {"-F", "*/inet/chroot", NULL};
	g_autofree char *values = postconf_run(main_words);
	g_auto(GStrv) lines =
		g_strsplit(values != NULL ? values : "", "\n", -1);
	g_autofree char *services = NULL;
	g_autofree char *chroots = NULL;
	g_autofree char *all = NULL;

	if (g_strv_length(lines) < 4)
		return false;
	services = postconf_run(service_words);
	chroots = postconf_run(chroot_words);
	all = g_strconcat(lines[2], " ", services, NULL);
	postfix->queue_directory = g_strdup(lines[0]);
	postfix->mail_owner = g_strdup(lines[1]);
	postfix->milters = g_strsplit_set(all, " \t\n,{}=", -1);
	postfix->protocol = g_ascii_strtoll(lines[3], NULL, 10);
	postfix->chrooted = chroots != NULL && strstr(chroots, " = y") != NULL;
	return true;
}

/* How Postfix spells the socket, or NULL where its smtpd cannot see it. The
 * caller frees it. */
static char *spell_socket(const Postfix *postfix, const char *socket)
{
	const char *path = config_check_get_socket_path(socket);
	const char *queue = postfix->queue_directory;
	g_auto(GStrv) parts = NULL;

	if (path == NULL) {
		parts = g_strsplit_set(socket, ":@", 3);
		if (g_strv_length(parts) != 3)
			return g_strdup(socket);
		return g_strdup_printf(strchr(parts[2], ':') != NULL
					       ? "inet:[%s]:%s"
					       : "inet:%s:%s",
			parts[2], parts[1]);
	}
	if (g_str_has_prefix(path, queue) && path[strlen(queue)] == '/')
		return g_strconcat("unix:", path + strlen(queue) + 1, NULL);
	return postfix->chrooted ? NULL : g_strdup(socket);
}

/* Within a chroot a path begins there, without one a path in the queue may be
 * written as a whole. */
static bool is_named(
	const Postfix *postfix, const char *spelling, const char *socket)
{
	const char *const *milters = (const char *const *)postfix->milters;
	g_autofree char *rooted = NULL;

	if (spelling == NULL)
		return false;
	if (config_check_get_socket_path(spelling) != NULL)
		rooted = g_strconcat(
			"unix:/", config_check_get_socket_path(spelling), NULL);
	return g_strv_contains(milters, spelling) ||
	       (postfix->chrooted && rooted != NULL &&
		       g_strv_contains(milters, rooted)) ||
	       (!postfix->chrooted && g_strv_contains(milters, socket));
}

/* Where the socket is there, also whether smtpd may connect to it. */
static void check_reach(const ConfigCheck *check, const Postfix *postfix)
{
	const char *path =
		config_check_get_socket_path(check->settings->socket);
	g_autoptr(Account) owner = account_find(postfix->mail_owner);
	g_autofree char *barrier = NULL;
	struct stat status;

	if (owner != NULL && path != NULL)
		barrier = account_find_barrier(owner, path);
	if (barrier != NULL)
		check_output_say(check->output, CHECK_BAD,
			"socket: smtpd, which runs as %s, may not enter %s: "
			"chgrp %s it, and chmod g+x it",
			owner->name, barrier, owner->name);
	else if (owner != NULL && path != NULL && stat(path, &status) == 0 &&
		 !account_may(owner, &status, S_IWOTH))
		check_output_say(check->output, CHECK_BAD,
			"socket: smtpd, which runs as %s, may not connect to "
			"%s: set socket_group to \"%s\"",
			owner->name, path, owner->name);
	else
		check_output_say(check->output, CHECK_OK,
			"socket: smtpd_milters of Postfix names it");
}

/* Before version 4 there is no DATA step, at which a message to others is
 * passed. */
static void check_protocol(const ConfigCheck *check, const Postfix *postfix)
{
	if (postfix->protocol < LEAST_PROTOCOL)
		check_output_say(check->output, CHECK_BAD,
			"milter_protocol of Postfix is %" PRId64
			": the daemon needs %d or later; remove it from "
			"main.cf, the default is 6",
			postfix->protocol, LEAST_PROTOCOL);
}

void config_postfix_check(const ConfigCheck *check)
{
	const char *socket = check->settings->socket;
	g_auto(Postfix) postfix = {0};
	g_autofree char *spelling = NULL;
	bool named;

	if (!postfix_read(&postfix))
		return;
	check_protocol(check, &postfix);
	spelling = spell_socket(&postfix, socket);
	named = g_strv_contains((const char *const *)postfix.milters, socket);
	if (is_named(&postfix, spelling, socket))
		check_reach(check, &postfix);
	else if (spelling == NULL)
		check_output_say(check->output,
			named ? CHECK_BAD : CHECK_WARNING,
			"socket: smtpd of Postfix runs in a chroot and cannot "
			"see it: set socket to "
			"\"unix:%s/tlsrpt-milter/tlsrpt-milter.sock\" and "
			"smtpd_milters to "
			"unix:tlsrpt-milter/tlsrpt-milter.sock",
			postfix.queue_directory);
	else
		check_output_say(check->output, CHECK_WARNING,
			"socket: smtpd_milters of Postfix does not name it: "
			"add %s",
			spelling);
}
