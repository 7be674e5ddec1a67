/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MILTER_PLACE_H
#define TESTS_MILTER_PLACE_H

/* Where tests of endpoints put their sockets. */

#include <stdbool.h>
#include <stdint.h>

enum {
	/* Nobody accepts; a connect that finds it full would wait. */
	PLACE_BACKLOG = 8,
};

/* An empty directory for each test, and the names in it. */
typedef struct {
	char *directory;
	char *path;
	char *spelling;
} Place;

/* For cmocka: the state is a Place. */
int place_set_up(void **state);
int place_tear_down(void **state);

/* A socket that listens until it is closed, and then is stale. */
int place_listen_unix(const char *path);

/* A bound TCP socket of the loopback that does not listen; gives its port. */
int place_bind_inet(uint16_t *port);

/* endpoint_connect(), which must not fail. */
bool place_is_answered(const char *spelling);

#endif
