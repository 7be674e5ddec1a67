/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CONFIG_CHECK_H
#define CLI_CONFIG_CHECK_H

/* Looks for what is wrong with a configuration that its file alone does not
 * show: sockets, groups, who may read or write which file, and values that do
 * not fit each other. */

#include "conf/settings.h"

typedef enum {
	CONFIG_CHECK_OK,
	CONFIG_CHECK_WARNING,
	CONFIG_CHECK_BAD,
} ConfigCheckLevel;

/* Is told each finding: one line that says what is so and what to do. */
typedef void (*ConfigCheckPrint)(
	ConfigCheckLevel level, const char *text, void *data);

/* Checks `settings`, read from `path`; `data` goes to `print`. Nothing is
 * connected to. */
void config_check_run(const Settings *settings, const char *path,
	ConfigCheckPrint print, void *data);

#endif
