/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONF_SETTINGS_FILE_H
#define TESTS_CONF_SETTINGS_FILE_H

/* Settings from text, in a directory of their own. */

#include "conf/settings.h"

/* The one option that a file must have. */
#define SETTINGS_FILE_ADDRESS "report_addresses = { \"a@example.com\" }\n"

/* Writes the text to t.conf and loads that. */
Settings *settings_file_load(const char *text, GError **error);

/* Before and after all tests of a group. The directory, which is $TEST_DIR and
 * the current one, has a file `list` of two addresses. */
int settings_file_enter(void **state);
int settings_file_leave(void **state);

#endif
