/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "conf/settings.h"

/* Prints the option table for test-options.sh: a line an option with tabs
 * between name, default as the sample has it, range and help. */

/* What stands around a default. */
static const struct {
	const char *before;
	const char *after;
} quotes[] = {
	[SETTINGS_TYPE_STRING] = {"\"", "\""},
	[SETTINGS_TYPE_LIST] = {"{", "}"},
	[SETTINGS_TYPE_NUMBER] = {"", ""},
	[SETTINGS_TYPE_SIZE] = {"", ""},
	[SETTINGS_TYPE_MODE] = {"", ""},
	[SETTINGS_TYPE_WORD] = {"\"", "\""},
};

int main(void)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		const SettingsOption *option = &options[i];

		printf("%s\t%s%s%s\t%s\t%s\n", option->name,
			quotes[option->type].before, option->default_text,
			quotes[option->type].after, option->range,
			option->help);
	}
	return 0;
}
