/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "conf/settings.h"

/* Prints the option table for test-options.sh: a line an option with tabs
 * between name, default as the sample has it, range, help, and "restart" or
 * nothing. */

/* What stands around a default. */
static const struct {
	const char *before;
	const char *after;
} quotes[] = {
	[VALUE_STRING] = {"\"", "\""},
	[VALUE_LIST] = {"{", "}"},
	[VALUE_NUMBER] = {"", ""},
	[VALUE_SIZE] = {"", ""},
	[VALUE_MODE] = {"", ""},
	[VALUE_WORD] = {"\"", "\""},
};

int main(void)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		const SettingsOption *option = &options[i];

		printf("%s\t%s%s%s\t%s\t%s\t%s\n", option->name,
			quotes[option->form.type].before, option->default_text,
			quotes[option->form.type].after, option->form.range,
			option->help, option->startup ? "restart" : "");
	}
	return 0;
}
