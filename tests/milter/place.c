/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/milter/place.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "milter/endpoint.h"
#include "tests/test.h"

int place_set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	*state = place;
	place->directory = g_dir_make_tmp("endpoint-XXXXXX", NULL);
	if (place->directory == NULL)
		return -1;
	place->path = g_build_filename(place->directory, "m.sock", NULL);
	place->spelling = g_strconcat("unix:", place->path, NULL);
	return 0;
}

int place_tear_down(void **state)
{
	Place *place = *state;

	g_remove(place->path);
	if (g_rmdir(place->directory) != 0)
		return -1;
	g_free(place->directory);
	g_free(place->path);
	g_free(place->spelling);
	g_free(place);
	return 0;
}

int place_listen_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	assert_int_equal(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, PLACE_BACKLOG), 0);
	return fd;
}

int place_bind_inet(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(
		getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

bool place_is_answered(const char *spelling)
{
	g_autoptr(GError) error = NULL;
	bool answered = false;

	if (!endpoint_connect(spelling, &answered, &error))
		fail_msg("%s", error->message);
	return answered;
}
