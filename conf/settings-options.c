/* SPDX-License-Identifier: BSD-2-Clause */
#include <syslog.h>

#include "conf/address.h"
#include "conf/settings.h"

#define WORDS(...)
#define OPTION(member, type_, default_, help_, ...)                            \
	{.name = #member,                                                      \
		.offset = offsetof(Settings, member),                          \
		.default_text = (default_),                                    \
		.help = (help_),                                               \
		.form = {.type = VALUE_##type_, __VA_ARGS__}},
#define STARTUP_OPTION(member, type_, default_, help_, ...)                    \
	{.name = #member,                                                      \
		.offset = offsetof(Settings, member),                          \
		.default_text = (default_),                                    \
		.help = (help_),                                               \
		.startup = true,                                               \
		.form = {.type = VALUE_##type_, __VA_ARGS__}},

static const SettingsOption options[] = {
#include "conf/settings-options.def"
};

const SettingsOption *settings_get_options(size_t *count)
{
	*count = G_N_ELEMENTS(options);
	return options;
}
