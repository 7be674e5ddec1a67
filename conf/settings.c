/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/settings.h"

#include <confuse.h>
#include <string.h>
#include <syslog.h>

#include "conf/address.h"
#include "conf/comment.h"
#include "conf/text-file.h"
#include "conf/value.h"

#define FILE_SIZE_MAX ((size_t)1 << 20)
#define MANUAL ": tlsrpt-milter.conf(5) has all options"

static const int after_store_values[] = {
	SETTINGS_AFTER_STORE_ACCEPT,
	SETTINGS_AFTER_STORE_DISCARD,
};

static const int on_store_failure_values[] = {
	SETTINGS_ON_STORE_FAILURE_SPOOL,
	SETTINGS_ON_STORE_FAILURE_TEMPFAIL,
};

static const int dkim_values[] = {
	SETTINGS_DKIM_OFF,
	SETTINGS_DKIM_AUTHRES,
	SETTINGS_DKIM_VERIFY,
};

static const int authentication_values[] = {
	SETTINGS_AUTHENTICATION_RECORD,
	SETTINGS_AUTHENTICATION_REQUIRE,
};

static const int log_level_values[] = {
	LOG_ERR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_INFO,
	LOG_DEBUG,
};

static const int log_facility_values[] = {
	LOG_MAIL,
	LOG_DAEMON,
	LOG_USER,
	LOG_LOCAL0,
	LOG_LOCAL1,
	LOG_LOCAL2,
	LOG_LOCAL3,
	LOG_LOCAL4,
	LOG_LOCAL5,
	LOG_LOCAL6,
	LOG_LOCAL7,
};

#define ROW(member, type_)                                                     \
	.name = #member, .type = SETTINGS_TYPE_##type_,                        \
	.offset = offsetof(Settings, member)

static const SettingsOption options[] = {
	{ROW(socket, STRING),
		.range = "unix:/PATH (up to 107 bytes), inet:PORT@HOST or "
			 "inet6:PORT@HOST",
		.default_text = "unix:/run/tlsrpt-milter/tlsrpt-milter.sock",
		.help = "Where the mail server connects, as libmilter spells it.",
		.check = value_is_socket},
	{ROW(socket_group, STRING), .range = "a group or empty",
		.default_text = "",
		.help = "Group of a unix socket; empty: that of the process.",
		.check = NULL},
	{ROW(socket_mode, MODE), .range = "0600 to 0777",
		.default_text = "0660",
		.help = "Permissions of a unix socket, octal."},
	{ROW(database, STRING), .range = "a connection string or URI of libpq",
		.default_text = "dbname=tlsrpt",
		.help = "The PostgreSQL database, as libpq spells it."},
	{ROW(database_connections, NUMBER), .range = "1 to 1000",
		.default_text = "16",
		.help = "The most connections to the database at once."},
	{ROW(report_addresses, LIST), .range = "LOCAL@DOMAIN or @DOMAIN",
		.default_text = "",
		.help = "Addresses that receive reports, as published in rua=.",
		.check = address_is_valid},
	{ROW(report_address_file, STRING), .range = "an absolute path or empty",
		.default_text = "",
		.help = "A file with further addresses, one a line.",
		.check = value_is_path},
	{ROW(recipient_delimiter, STRING),
		.range = "empty or punctuation other than @ and \"",
		.default_text = "+",
		.help = "Characters that begin an address extension.",
		.check = value_is_delimiter},
	{ROW(policy_domains, LIST), .range = "a domain", .default_text = "",
		.help = "Domains that reports may be about; none: any.",
		.check = address_is_domain},
	{ROW(after_store, WORD), .range = "accept, discard",
		.default_text = "accept",
		.help = "Whether a stored report still goes to the mailbox.",
		.values = after_store_values},
	{ROW(on_store_failure, WORD), .range = "spool, tempfail",
		.default_text = "spool",
		.help = "What happens while the database is away.",
		.values = on_store_failure_values},
	{ROW(spool_directory, STRING), .range = "an absolute path",
		.default_text = "/var/spool/tlsrpt-milter",
		.help = "Where messages wait for the database.",
		.check = value_is_directory},
	{ROW(spool_max_bytes, SIZE), .range = "1M to 1024G",
		.default_text = "1G", .help = "The most bytes in the spool."},
	{ROW(dkim, WORD), .range = "off, authres, verify",
		.default_text = "off",
		.help = "How it is found out who signed a report.",
		.values = dkim_values},
	{ROW(trusted_authserv_id, STRING),
		.range = "the name of a server or empty", .default_text = "",
		.help = "Whose Authentication-Results fields are believed.",
		.check = value_is_authserv_id},
	{ROW(authentication, WORD), .range = "record, require",
		.default_text = "record",
		.help = "Whether a report that nobody signed counts.",
		.values = authentication_values},
	{ROW(max_message_size, SIZE), .range = "64K to 1G",
		.default_text = "32M",
		.help = "The largest mail that is read."},
	{ROW(max_report_size, SIZE), .range = "64K to 1G",
		.default_text = "64M",
		.help = "The largest report, after decompression."},
	{ROW(max_parse_memory, SIZE), .range = "1M to 16G",
		.default_text = "256M",
		.help = "The most memory for the JSON of one report."},
	{ROW(max_policies, NUMBER), .range = "1 to 32767",
		.default_text = "10000",
		.help = "The most policies in a report."},
	{ROW(max_failure_details, NUMBER), .range = "1 to 1000000",
		.default_text = "100000",
		.help = "The most failure details in a report."},
	{ROW(max_report_age, NUMBER), .range = "1 to 36500",
		.default_text = "400",
		.help = "The oldest report that is counted, in days."},
	{ROW(max_report_future, NUMBER), .range = "1 to 365",
		.default_text = "2",
		.help = "How far ahead a report's period may be, in days."},
	{ROW(maintenance_interval, NUMBER), .range = "1 to 3600",
		.default_text = "5",
		.help = "Seconds between two updates of the daily sums."},
	{ROW(log_level, WORD), .range = "err, warning, notice, info, debug",
		.default_text = "info",
		.help = "The least important messages that are logged.",
		.values = log_level_values},
	{ROW(log_facility, WORD),
		.range = "mail, daemon, user, local0, local1, local2, local3, "
			 "local4, local5, local6, local7",
		.default_text = "mail", .help = "The syslog facility.",
		.values = log_facility_values},
};

/* The file being loaded. libconfuse has room for nothing of ours in what it
 * hands to its callbacks, and a lexer of static variables: one at a time. */
static GMutex loading;
static const char *loading_path;
static GError *loading_error;

GQuark settings_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-settings-error");
}

const SettingsOption *settings_get_options(size_t *count)
{
	*count = G_N_ELEMENTS(options);
	return options;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cfg_t, cfg_free)

/* Of several complaints about a file the first counts. */
static void report(const cfg_t *config, const char *message, const char *hint)
{
	if (loading_error)
		return;
	g_set_error(&loading_error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
		"%s:%d: %s%s", loading_path, config->line, message, hint);
}

/* Called by libconfuse for wrong syntax and unknown options. */
static void on_error(cfg_t *config, const char *format, va_list arguments)
{
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	g_autofree char *escaped = g_strescape(message, NULL);

	report(config, escaped, MANUAL);
}

static const SettingsOption *find_option(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	}
	g_assert_not_reached();
}

/* Called by libconfuse for each value, while it knows the line. */
static int on_value(cfg_t *config, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	g_autoptr(GError) error = NULL;
	int64_t number;

	if (value_parse(find_option(opt->name), text, &number, &error))
		return 0;
	report(config, error->message, "");
	return -1;
}

/* libconfuse with our options at their defaults. */
static cfg_t *open_config(void)
{
	cfg_opt_t opts[G_N_ELEMENTS(options) + 1] = {0};
	cfg_t *config;

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		const SettingsOption *option = &options[i];

		if (option->type == SETTINGS_TYPE_LIST)
			opts[i] = (cfg_opt_t)CFG_STR_LIST(
				option->name, NULL, CFGF_NONE);
		else
			opts[i] = (cfg_opt_t)CFG_STR(
				option->name, option->default_text, CFGF_NONE);
	}
	opts[G_N_ELEMENTS(options)] = (cfg_opt_t)CFG_END();
	config = cfg_init(opts, CFGF_NONE);
	if (!config)
		g_error("out of memory");
	cfg_set_error_function(config, on_error);
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		cfg_set_validate_func(config, options[i].name, on_value);
	return config;
}

static bool parse(
	cfg_t *config, const char *path, const char *text, GError **error)
{
	loading_path = path;
	loading_error = NULL;
	/* libconfuse has no words for an empty name. */
	if (cfg_parse_buf(config, text) != CFG_SUCCESS)
		report(config, "syntax error", MANUAL);
	if (!loading_error)
		return true;
	g_propagate_error(error, g_steal_pointer(&loading_error));
	return false;
}

/* A pointer to the member, of the type that SettingsType says. */
static void *get_member(Settings *settings, size_t offset)
{
	return (char *)settings + offset;
}

static char **copy_list(cfg_opt_t *opt)
{
	char **list = g_new0(char *, cfg_opt_size(opt) + 1);

	for (unsigned i = 0; i < cfg_opt_size(opt); i++)
		list[i] = g_strdup(cfg_opt_getnstr(opt, i));
	return list;
}

static void store_value(
	Settings *settings, const SettingsOption *option, cfg_opt_t *opt)
{
	void *member = get_member(settings, option->offset);
	g_autoptr(GError) error = NULL;

	if (option->type == SETTINGS_TYPE_LIST)
		*(char ***)member = copy_list(opt);
	else if (option->type == SETTINGS_TYPE_STRING)
		*(char **)member = g_strdup(cfg_opt_getnstr(opt, 0));
	else if (!value_parse(option, cfg_opt_getnstr(opt, 0), member, &error))
		g_error("%s", error->message);
}

static Settings *store_values(cfg_t *config)
{
	Settings *settings = g_atomic_rc_box_new0(Settings);

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		store_value(settings, &options[i],
			cfg_getopt(config, options[i].name));
	return settings;
}

/* What the text says, without the addresses of report_address_file. */
static Settings *load_text(const char *path, const char *text, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&loading);
	g_autoptr(cfg_t) config = open_config();

	if (!parse(config, path, text, error))
		return NULL;
	return store_values(config);
}

static bool add_address_file(Settings *settings, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
	char ***list =
		get_member(settings, offsetof(Settings, report_addresses));

	if (settings->report_address_file[0] == '\0')
		return true;
	for (size_t i = 0; (*list)[i]; i++)
		g_ptr_array_add(all, g_strdup((*list)[i]));
	if (!address_read_file(settings->report_address_file, all, error))
		return false;
	g_strfreev(*list);
	g_ptr_array_add(all, NULL);
	*list = (char **)g_ptr_array_free(g_steal_pointer(&all), FALSE);
	return true;
}

static bool fail(const char *path, const char *message, GError **error)
{
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE, "%s: %s", path,
		message);
	return false;
}

/* What no option can say for itself. */
static bool check_together(
	const Settings *settings, const char *path, GError **error)
{
	if (!settings->report_addresses[0])
		return fail(path,
			"no address receives reports: set report_addresses "
			"to the addresses that your _smtp._tls TXT records "
			"name in rua=mailto:, such as "
			"{ \"tls-reports@example.com\" }",
			error);
	if (settings->dkim == SETTINGS_DKIM_AUTHRES &&
		settings->trusted_authserv_id[0] == '\0')
		return fail(path,
			"dkim is \"authres\" and nobody is believed: set "
			"trusted_authserv_id to the name with which the filter "
			"before this one begins its Authentication-Results "
			"fields",
			error);
	if (settings->authentication == SETTINGS_AUTHENTICATION_REQUIRE &&
		settings->dkim == SETTINGS_DKIM_OFF)
		return fail(path,
			"authentication is \"require\" and dkim \"off\": no "
			"report would count; set dkim to \"authres\" or "
			"\"verify\"",
			error);
	return true;
}

Settings *settings_load(const char *path, GError **error)
{
	g_autoptr(Settings) settings = NULL;
	g_autofree char *text = text_file_read(path, FILE_SIZE_MAX, error);

	if (!text)
		return NULL;
	comment_blank(text);
	settings = load_text(path, text, error);
	if (!settings || !add_address_file(settings, error) ||
		!check_together(settings, path, error))
		return NULL;
	return g_steal_pointer(&settings);
}

Settings *settings_new_default(void)
{
	return load_text("", "", NULL);
}

Settings *settings_ref(Settings *settings)
{
	return g_atomic_rc_box_acquire(settings);
}

static void clear(gpointer data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		void *member = get_member(data, options[i].offset);

		if (options[i].type == SETTINGS_TYPE_STRING)
			g_free(*(char **)member);
		else if (options[i].type == SETTINGS_TYPE_LIST)
			g_strfreev(*(char ***)member);
	}
}

void settings_unref(Settings *settings)
{
	if (settings)
		g_atomic_rc_box_release_full(settings, clear);
}
