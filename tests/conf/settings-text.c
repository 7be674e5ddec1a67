/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/conf/settings-text.h"

#include <glib.h>
#include <string.h>

#include "tests/test.h"

char *settings_text_print(
	const Settings *settings, const SettingsOption *option)
{
	const void *member = (const char *)settings + option->offset;

	switch (option->form.type) {
	case VALUE_STRING:
		return g_strdup(*(const char *const *)member);
	case VALUE_LIST:
		return g_strjoinv(" ", *(char **const *)member);
	default:
		return g_strdup_printf(
			"%" G_GINT64_FORMAT, *(const int64_t *)member);
	}
}

const SettingsOption *settings_text_find(const char *name)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	}
	fail_msg("there is no option %s", name);
	return NULL;
}
