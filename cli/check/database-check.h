/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DATABASE_CHECK_H
#define CLI_CHECK_DATABASE_CHECK_H

/* Looks for what is wrong with a database. */

#include <stdbool.h>
#include <stddef.h>

#include "cli/check/output.h"
#include "sql/store.h"

/* `connections` is how many the daemon may open; `must_store` says that the
 * role is the one of the daemon. False and an error when there is no
 * connection. */
bool database_check_run(Store *store, size_t connections, bool must_store,
	CheckOutput *output, GError **error);

#endif
