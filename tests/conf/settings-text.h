/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONF_SETTINGS_TEXT_H
#define TESTS_CONF_SETTINGS_TEXT_H

/* Settings as text, to compare them with what a case wants. */

#include "conf/settings.h"

/* The value of an option; the caller frees it. */
char *settings_text_print(
	const Settings *settings, const SettingsOption *option);

/* The option of that name: a test that names another one fails. */
const SettingsOption *settings_text_find(const char *name);

#endif
