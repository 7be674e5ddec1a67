/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

/* The options of /etc/tlsrpt-milter.conf as one immutable snapshot. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/value.h"

#define SETTINGS_ERROR (settings_error_quark())

typedef enum {
	/* The file cannot be read. */
	SETTINGS_ERROR_FILE,
	/* Its text or a value in it is wrong. */
	SETTINGS_ERROR_VALUE,
} SettingsErrorCode;

/* What the words of options stand for. */
#define WORDS(...)                                                             \
	enum {                                                                 \
		__VA_ARGS__                                                    \
	};
#define OPTION(...)
#define STARTUP_OPTION(...)
#include "conf/settings-options.def"

/* Plain data, a member for each option, never changed after loading; lists end
 * with NULL and are never NULL. Sizes in bytes, ages in days, intervals in
 * seconds. log_level and log_facility are the constants of syslog.h. */
typedef struct {
#define SETTINGS_STRING const char *
#define SETTINGS_LIST const char *const *
#define SETTINGS_NUMBER int64_t
#define SETTINGS_SIZE int64_t
#define SETTINGS_MODE int64_t
#define SETTINGS_WORD int64_t
#define WORDS(...)
#define OPTION(member, type, ...) SETTINGS_##type member;
#define STARTUP_OPTION(member, type, ...) SETTINGS_##type member;
#include "conf/settings-options.def"
} Settings;

GQuark settings_error_quark(void);

/* Reads and checks a file of at most 1 MiB. report_addresses of the result also
 * has the addresses of report_address_file. The error text begins with
 * FILE:LINE: where a line is to blame, else with FILE:, and says what to do.
 * The caller owns one reference. Loading is serialised, because libconfuse is
 * not safe in several threads. */
Settings *settings_load(const char *path, GError **error);

/* The same for a program that receives no mail: report_addresses need not be
 * set, and report_address_file is not read. */
Settings *settings_load_without_mail(const char *path, GError **error);

/* The defaults alone, for what works without a configuration. Never fails. */
Settings *settings_new_default(void);

/* Snapshots are counted; both are safe in several threads. NULL is fine for
 * settings_unref. */
Settings *settings_ref(Settings *settings);
void settings_unref(Settings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_unref)

/* One row of the option table. `default_text` is the value without quotes,
 * `help` one sentence. A change of a `startup` option takes effect when the
 * daemon is started again. */
typedef struct {
	const char *name;
	size_t offset;
	const char *default_text;
	const char *help;
	bool startup;
	ValueForm form;
} SettingsOption;

/* All options, in the order of the sample and the manual page. */
const SettingsOption *settings_get_options(size_t *count);

/* Whether the option of this name has a text, or a list an element. */
bool settings_is_set(const Settings *settings, const char *name);

/* The names of startup options that differ, with ", " between them, or NULL.
 * The caller frees the text. */
char *settings_list_startup_changes(const Settings *a, const Settings *b);

#endif
