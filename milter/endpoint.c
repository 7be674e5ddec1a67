/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/endpoint.h"

#include <errno.h>
#include <grp.h>
#include <libmilter/mfapi.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	UMASK = 0007,
	CONNECT_SECONDS = 2,
	/* A group with thousands of members fits. */
	GROUP_SIZE = 1 << 18,
};

static const char *skip_prefix(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* NULL for an inet endpoint. */
static const char *unix_path(const char *spelling)
{
	const char *path = skip_prefix(spelling, "unix:");

	return path != NULL ? path : skip_prefix(spelling, "local:");
}

GQuark endpoint_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-endpoint-error");
}

static bool fail_with(GError **error, EndpointErrorCode code,
	const char *spelling, const char *why)
{
	g_set_error(error, ENDPOINT_ERROR, (int)code, "socket \"%s\": %s",
		spelling, why);
	return false;
}

static bool fail(GError **error, const char *spelling, const char *why)
{
	return fail_with(error, ENDPOINT_ERROR_SYSTEM, spelling, why);
}

static bool fail_spelling(GError **error, const char *spelling)
{
	return fail_with(error, ENDPOINT_ERROR_SPELLING, spelling,
		"must be unix:PATH, inet:PORT@HOST or inet6:PORT@HOST");
}

/* Somebody who listens and does not accept is there, too: then connect() gives
 * up with EAGAIN on a unix socket, with EINPROGRESS on another. */
static bool try_connect(const struct sockaddr *address, socklen_t size)
{
	const struct timeval patience = {.tv_sec = CONNECT_SECONDS};
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected;

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	connected = connect(fd, address, size) == 0 || errno == EAGAIN ||
		    errno == EINPROGRESS;
	close(fd);
	return connected;
}

static bool connect_unix(
	const char *spelling, const char *path, bool *answered, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) >=
		sizeof(address.sun_path))
		return fail_with(error, ENDPOINT_ERROR_SPELLING, spelling,
			"the path is over 107 bytes");
	*answered =
		try_connect((const struct sockaddr *)&address, sizeof(address));
	return true;
}

static bool connect_inet(const char *spelling, bool *answered, GError **error)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_family = AF_INET};
	const char *rest = skip_prefix(spelling, "inet:");
	struct addrinfo *found;
	g_auto(GStrv) fields = NULL;
	int status;

	if (rest == NULL) {
		hints.ai_family = AF_INET6;
		rest = skip_prefix(spelling, "inet6:");
	}
	if (rest == NULL || *rest == '\0')
		return fail_spelling(error, spelling);
	fields = g_strsplit(rest, "@", 2);
	status = getaddrinfo(fields[1], fields[0], &hints, &found);
	if (status != 0)
		return fail(error, spelling, gai_strerror(status));
	*answered = try_connect(found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return true;
}

bool endpoint_connect(const char *spelling, bool *answered, GError **error)
{
	const char *path = unix_path(spelling);

	if (path != NULL)
		return connect_unix(spelling, path, answered, error);
	return connect_inet(spelling, answered, error);
}

static bool set_group(
	const Settings *settings, const char *path, GError **error)
{
	g_autofree char *buffer = g_malloc(GROUP_SIZE);
	struct group group;
	struct group *found = NULL;

	if (*settings->socket_group == '\0')
		return true;
	if (getgrnam_r(settings->socket_group, &group, buffer, GROUP_SIZE,
		    &found) != 0 ||
		found == NULL)
		return fail(error, settings->socket,
			"the group in socket_group does not exist");
	if (chown(path, (uid_t)-1, found->gr_gid) != 0)
		return fail(error, settings->socket,
			"this user may not give the socket to socket_group; "
			"make the user a member of that group");
	return true;
}

static bool set_access(
	const Settings *settings, const char *path, GError **error)
{
	if (!set_group(settings, path, error))
		return false;
	if (chmod(path, (mode_t)settings->socket_mode) == 0)
		return true;
	return fail(error, settings->socket, g_strerror(errno));
}

/* libmilter says nothing about a failed bind but in syslog. */
static bool bind_endpoint(const char *spelling, GError **error)
{
	g_autofree char *copy = g_strdup(spelling);
	mode_t previous;
	int status;

	if (smfi_setconn(copy) != MI_SUCCESS)
		return fail_spelling(error, spelling);
	previous = umask(UMASK);
	errno = 0;
	status = smfi_opensocket(true);
	umask(previous);
	if (status == MI_SUCCESS)
		return true;
	return fail(error, spelling,
		errno != 0 ? g_strerror(errno) : "cannot be opened");
}

bool endpoint_open(const Settings *settings, GError **error)
{
	const char *path = unix_path(settings->socket);
	bool answered = false;

	if (!endpoint_connect(settings->socket, &answered, error))
		return false;
	if (answered)
		return fail_with(error, ENDPOINT_ERROR_IN_USE, settings->socket,
			"another process listens there already");
	if (!bind_endpoint(settings->socket, error))
		return false;
	if (path == NULL || set_access(settings, path, error))
		return true;
	endpoint_remove(settings->socket);
	return false;
}

void endpoint_remove(const char *spelling)
{
	const char *path = unix_path(spelling);

	if (path != NULL)
		unlink(path);
}
