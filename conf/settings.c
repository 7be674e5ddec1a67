/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/settings.h"

#include <confuse.h>
#include <string.h>

#include "conf/address.h"
#include "conf/comment.h"
#include "conf/text-file.h"
#include "conf/value.h"

#define FILE_SIZE_MAX ((size_t)1 << 20)
#define MANUAL ": tlsrpt-milter.conf(5) lists all options"

/* The file being loaded. libconfuse has room for nothing of ours in what it
 * hands to its callbacks, and a lexer of static variables: one at a time. */
static GMutex loading;
static const char *loading_path;
static GError *loading_error;

GQuark settings_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-settings-error");
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
static void G_GNUC_PRINTF(2, 0)
	on_error(cfg_t *config, const char *format, va_list arguments)
{
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	g_autofree char *escaped = g_strescape(message, NULL);

	report(config, escaped, MANUAL);
}

static const SettingsOption *find_option(const char *name)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
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

	if (value_parse(&find_option(opt->name)->form, opt->name, text, &number,
		    &error))
		return 0;
	report(config, error->message, "");
	return -1;
}

/* libconfuse with our options at their defaults. */
static cfg_t *open_config(void)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);
	g_autofree cfg_opt_t *opts = g_new0(cfg_opt_t, count + 1);
	cfg_t *config;

	for (size_t i = 0; i < count; i++) {
		const SettingsOption *option = &options[i];

		if (option->form.type == VALUE_LIST)
			opts[i] = (cfg_opt_t)CFG_STR_LIST(
				option->name, NULL, CFGF_NONE);
		else
			opts[i] = (cfg_opt_t)CFG_STR(
				option->name, option->default_text, CFGF_NONE);
	}
	opts[count] = (cfg_opt_t)CFG_END();
	config = cfg_init(opts, CFGF_NONE);
	if (!config)
		g_error("out of memory");
	cfg_set_error_function(config, on_error);
	for (size_t i = 0; i < count; i++)
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

/* A pointer to the member, of the type that ValueType says. */
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

	if (option->form.type == VALUE_LIST)
		*(char ***)member = copy_list(opt);
	else if (option->form.type == VALUE_STRING)
		*(char **)member = g_strdup(cfg_opt_getnstr(opt, 0));
	else if (!value_parse(&option->form, option->name,
			 cfg_opt_getnstr(opt, 0), member, &error))
		g_error("%s", error->message);
}

static Settings *store_values(cfg_t *config)
{
	Settings *settings = g_atomic_rc_box_new0(Settings);
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++)
		store_value(settings, &options[i],
			cfg_getopt(config, options[i].name));
	return settings;
}

/* What the text says, without the addresses of report_address_file. */
static Settings *load_text(const char *path, const char *text, GError **error)
{
	G_GNUC_UNUSED g_autoptr(GMutexLocker) locker =
		g_mutex_locker_new(&loading);
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

static bool check_addresses(
	const Settings *settings, const char *path, GError **error)
{
	if (settings->report_addresses[0])
		return true;
	return fail(path,
		"no address receives reports: set report_addresses to the "
		"addresses that your _smtp._tls TXT records name in "
		"rua=mailto:, such as { \"tls-reports@example.com\" }",
		error);
}

/* What no option can say for itself. */
static bool check_together(
	const Settings *settings, const char *path, GError **error)
{
	if (settings->dkim == SETTINGS_DKIM_AUTHRES &&
		settings->trusted_authserv_id[0] == '\0')
		return fail(path,
			"dkim is \"authres\", but no filter is trusted: set "
			"trusted_authserv_id to the name with which the "
			"filter before this one begins its "
			"Authentication-Results fields",
			error);
	if (settings->authentication == SETTINGS_AUTHENTICATION_REQUIRE &&
		settings->dkim == SETTINGS_DKIM_OFF)
		return fail(path,
			"authentication is \"require\" and dkim is \"off\": "
			"no report would count; set dkim to \"authres\" or "
			"\"verify\"",
			error);
	if (settings->https_spool_directory[0] != '\0' &&
		!settings->policy_domains[0])
		return fail(path,
			"https_spool_directory is set, but not policy_domains: "
			"anybody could send reports about any domain; name "
			"your domains, such as { \"example.com\" }",
			error);
	if (settings->https_spool_directory[0] != '\0' &&
		strcmp(settings->https_spool_directory,
			settings->spool_directory) == 0)
		return fail(path,
			"https_spool_directory and spool_directory are the "
			"same: each needs a directory of its own",
			error);
	if (settings->alert_command[0] && settings->alert_command[0][0] != '/')
		return fail(path,
			"alert_command does not begin with an absolute path: "
			"name the program first, then its arguments, such as "
			"{ \"/usr/local/bin/page\", \"--urgent\" }",
			error);
	return true;
}

Settings *settings_load(const char *path, GError **error)
{
	g_autoptr(Settings) settings = settings_load_without_mail(path, error);

	if (!settings || !add_address_file(settings, error) ||
		!check_addresses(settings, path, error))
		return NULL;
	return g_steal_pointer(&settings);
}

Settings *settings_load_without_mail(const char *path, GError **error)
{
	g_autoptr(Settings) settings = NULL;
	g_autofree char *text = text_file_read(path, FILE_SIZE_MAX, error);

	if (!text)
		return NULL;
	comment_blank(text);
	settings = load_text(path, text, error);
	if (!settings || !check_together(settings, path, error))
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
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		void *member = get_member(data, options[i].offset);

		if (options[i].form.type == VALUE_STRING)
			g_free(*(char **)member);
		else if (options[i].form.type == VALUE_LIST)
			g_strfreev(*(char ***)member);
	}
}

void settings_unref(Settings *settings)
{
	if (settings)
		g_atomic_rc_box_release_full(settings, clear);
}

/* The member of the type that ValueType says. */
static const void *get_const_member(
	const Settings *settings, const SettingsOption *option)
{
	return (const char *)settings + option->offset;
}

bool settings_is_set(const Settings *settings, const char *name)
{
	const SettingsOption *option = find_option(name);
	const void *member = get_const_member(settings, option);

	if (option->form.type == VALUE_LIST)
		return **(const char *const *const *)member != NULL;
	g_assert(option->form.type == VALUE_STRING);
	return **(const char *const *)member != '\0';
}

static bool is_same(
	const Settings *a, const Settings *b, const SettingsOption *option)
{
	const void *left = get_const_member(a, option);
	const void *right = get_const_member(b, option);

	switch (option->form.type) {
	case VALUE_STRING:
		return strcmp(*(const char *const *)left,
			       *(const char *const *)right) == 0;
	case VALUE_LIST:
		return g_strv_equal(*(const char *const *const *)left,
			*(const char *const *const *)right);
	default:
		return *(const int64_t *)left == *(const int64_t *)right;
	}
}

char *settings_list_startup_changes(const Settings *a, const Settings *b)
{
	GString *names = g_string_new(NULL);
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		if (options[i].startup && !is_same(a, b, &options[i]))
			g_string_append_printf(names, "%s%s",
				names->len > 0 ? ", " : "", options[i].name);
	}
	return g_string_free(names, names->len == 0);
}
