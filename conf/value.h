/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

/* What the text of an option's value means, and whether it is allowed. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "conf/settings.h"

/* Checks one value, or one element of a list. `number` gets the value of an
 * option that has a number and is left alone for others. Otherwise false and
 * SETTINGS_ERROR_VALUE, `NAME = "TEXT" must be RANGE`. */
bool value_parse(const SettingsOption *option, const char *text,
	int64_t *number, GError **error);

/* Checks for options that are text. */
bool value_is_socket(const char *text);
bool value_is_delimiter(const char *text);
bool value_is_path(const char *text);
bool value_is_directory(const char *text);
bool value_is_sender(const char *text);
bool value_is_authserv_id(const char *text);

#endif
