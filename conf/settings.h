/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

/* The options of /etc/tlsrpt-milter.conf as one immutable snapshot. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTINGS_ERROR (settings_error_quark())

typedef enum {
	/* The file cannot be read. */
	SETTINGS_ERROR_FILE,
	/* Its text or a value in it is wrong. */
	SETTINGS_ERROR_VALUE,
} SettingsErrorCode;

typedef enum {
	SETTINGS_AFTER_STORE_ACCEPT,
	SETTINGS_AFTER_STORE_DISCARD,
} SettingsAfterStore;

typedef enum {
	SETTINGS_ON_STORE_FAILURE_SPOOL,
	SETTINGS_ON_STORE_FAILURE_TEMPFAIL,
} SettingsOnStoreFailure;

typedef enum {
	SETTINGS_DKIM_OFF,
	SETTINGS_DKIM_AUTHRES,
	SETTINGS_DKIM_VERIFY,
} SettingsDkim;

typedef enum {
	SETTINGS_AUTHENTICATION_RECORD,
	SETTINGS_AUTHENTICATION_REQUIRE,
} SettingsAuthentication;

/* Plain data, never changed after loading; lists end with NULL and are never
 * NULL. Sizes in bytes, ages in days, intervals in seconds. log_level and
 * log_facility are the constants of syslog.h. */
typedef struct {
	const char *socket;
	const char *socket_group;
	int64_t socket_mode;
	const char *database;
	int64_t database_connections;
	const char *const *report_addresses;
	const char *report_address_file;
	const char *recipient_delimiter;
	const char *const *policy_domains;
	int64_t after_store;
	int64_t on_store_failure;
	const char *spool_directory;
	int64_t spool_max_bytes;
	int64_t dkim;
	const char *trusted_authserv_id;
	int64_t authentication;
	int64_t max_message_size;
	int64_t max_report_size;
	int64_t max_parse_memory;
	int64_t max_policies;
	int64_t max_failure_details;
	int64_t max_report_age;
	int64_t max_report_future;
	int64_t retention_days;
	int64_t rollup_retention_days;
	int64_t maintenance_interval;
	const char *metrics_file;
	int64_t log_level;
	int64_t log_facility;
	const char *const *alert_mail;
	const char *alert_mail_from;
	const char *const *alert_command;
	const char *sendmail_path;
} Settings;

GQuark settings_error_quark(void);

/* Reads and checks a file of at most 1 MiB. report_addresses of the result also
 * has the addresses of report_address_file. The error text begins with
 * FILE:LINE: where a line is to blame, else with FILE:, and says what to do.
 * The caller owns one reference. Loading is serialised, because libconfuse is
 * not safe in several threads. */
Settings *settings_load(const char *path, GError **error);

/* The defaults alone, for what works without a configuration. Never fails. */
Settings *settings_new_default(void);

/* Snapshots are counted; both are safe in several threads. NULL is fine for
 * settings_unref. */
Settings *settings_ref(Settings *settings);
void settings_unref(Settings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_unref)

/* The type of an option, with the type of its member of Settings. */
typedef enum {
	/* const char * */
	SETTINGS_TYPE_STRING,
	/* const char *const * */
	SETTINGS_TYPE_LIST,
	/* int64_t: decimal */
	SETTINGS_TYPE_NUMBER,
	/* int64_t: decimal with an optional suffix K, M or G (powers of 1024)
	 */
	SETTINGS_TYPE_SIZE,
	/* int64_t: octal */
	SETTINGS_TYPE_MODE,
	/* int64_t: one of several words */
	SETTINGS_TYPE_WORD,
} SettingsType;

/* One row of the option table. `default_text` is the value without quotes. */
typedef struct {
	const char *name;
	SettingsType type;
	size_t offset;
	/* What is allowed: for people, and read by the check: "LEAST to MOST"
	 * for numbers, the words with ", " between them. */
	const char *range;
	const char *default_text;
	/* One sentence. */
	const char *help;
	/* Further check of a string or of each element; NULL: any is good. */
	bool (*check)(const char *text);
	/* What the words stand for, in their order. */
	const int *values;
} SettingsOption;

/* All options, in the order of the sample and the manual page. */
const SettingsOption *settings_get_options(size_t *count);

#endif
