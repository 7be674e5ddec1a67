/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_DATABASE_CHECK_H
#define CLI_CHECK_DATABASE_CHECK_H

/* Looks for what is wrong with a database. */

#include <stdbool.h>

#include "cli/check/output.h"
#include "conf/settings.h"
#include "sql/store.h"

/* `settings` are those of the daemon; `must_store` says that the role is, too.
 * False and an error when there is no connection. */
bool database_check_run(Store *store, const Settings *settings, bool must_store,
	CheckOutput *output, GError **error);

#endif
