/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SQL_LIVE_H
#define TESTS_SQL_LIVE_H

/* A connection beside the store, to see and to disturb what it does. */

#include <libpq-fe.h>
#include <stdint.h>

/* The empty database of the environment variable STORE_TEST, or of the same
 * server the one that is named; the caller frees the text. */
char *live_get_conninfo(const char *database);

/* The caller calls PQfinish(). */
PGconn *live_connect(const char *conninfo);

/* Both fail the test when the statement does; live_select() takes the number
 * in the first column of the first row. */
void live_run(PGconn *connection, const char *statement);
int64_t live_select(PGconn *connection, const char *statement);

/* Connects, runs the statement and disconnects. */
void live_run_once(const char *conninfo, const char *statement);

#endif
