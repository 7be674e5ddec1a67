/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>
#include <syslog.h>

#include "conf/settings.h"
#include "tests/conf/settings-file.h"
#include "tests/conf/settings-text.h"
#include "tests/test.h"

/* Of options whose value is not their text. */
static const struct {
	const char *name;
	const char *wanted;
} defaults[] = {
	{"socket_mode", "432"},
	{"after_store", "0"},
	{"on_store_failure", "0"},
	{"spool_max_bytes", "1073741824"},
	{"https_spool_max_bytes", "268435456"},
	{"dkim", "0"},
	{"authentication", "0"},
	{"alert_webhook_form", "0"},
	{"alert_probe", "1"},
	{"alert_corroboration", "0"},
	{"digest", "2"},
	{"quarantine_days", "90"},
	{"quarantine_max_bytes", "1073741824"},
	{"max_message_size", "33554432"},
	{"max_transit_size", "268435456"},
	{"max_report_size", "67108864"},
	{"max_parse_memory", "268435456"},
	{"log_level", G_STRINGIFY(LOG_INFO)},
	{"log_facility", "16"},
};

static bool is_its_text(ValueType type)
{
	return type == VALUE_STRING || type == VALUE_LIST ||
	       type == VALUE_NUMBER;
}

static const char *find_default(const SettingsOption *option)
{
	if (is_its_text(option->form.type))
		return option->default_text;
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
		if (strcmp(defaults[i].name, option->name) == 0)
			return defaults[i].wanted;
	}
	fail_msg("which number is the default of %s?", option->name);
	return NULL;
}

/* The loader is usable after a text that ends inside a string. */
static void test_defaults(void **state)
{
	g_autoptr(Settings) settings = settings_new_default();
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	(void)state;
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *got =
			settings_text_print(settings, &options[i]);

		assert_string_equal(got, find_default(&options[i]));
	}
}

/* But for report_addresses, which are `addresses`. */
static void check_equal(
	const Settings *settings, const Settings *wanted, const char *addresses)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);

	for (size_t i = 0; i < count; i++) {
		g_autofree char *a = settings_text_print(settings, &options[i]);
		g_autofree char *b = settings_text_print(wanted, &options[i]);

		if (strcmp(options[i].name, "report_addresses") == 0)
			assert_string_equal(a, addresses);
		else
			assert_string_equal(a, b);
	}
}

/* Each word of a range is a value of its own. */
static void test_words(void **state)
{
	static const int facilities[] = {LOG_MAIL, LOG_DAEMON, LOG_USER,
		LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3, LOG_LOCAL4,
		LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7};
	g_auto(GStrv) words = g_strsplit(
		settings_text_find("log_facility")->form.range, ", ", -1);

	(void)state;
	assert_int_equal(g_strv_length(words), G_N_ELEMENTS(facilities));
	for (size_t i = 0; words[i]; i++) {
		g_autofree char *text = g_strdup_printf(
			SETTINGS_FILE_ADDRESS "log_facility = %s", words[i]);
		g_autoptr(Settings) settings = settings_file_load(text, NULL);

		assert_non_null(settings);
		assert_int_equal(settings->log_facility, facilities[i]);
	}
}

/* Every option of the sample, with its "#" removed, at its default. */
static void test_sample(void **state)
{
	g_autofree char *path = g_build_filename(
		g_getenv("top_srcdir"), "conf", "tlsrpt-milter.conf", NULL);
	g_autoptr(GRegex) mark =
		g_regex_new("^#(?=[a-z])", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(Settings) sample = settings_load(path, NULL);
	g_autoptr(Settings) active = NULL;
	g_autoptr(Settings) wanted = settings_new_default();
	g_autofree char *text = NULL;
	g_autofree char *all = NULL;

	(void)state;
	assert_non_null(sample);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	all = g_regex_replace(mark, text, -1, 0, "", 0, NULL);
	active = settings_file_load(all, NULL);
	assert_non_null(active);
	check_equal(sample, wanted, "tls-reports@example.com");
	check_equal(active, wanted, "tls-reports@example.com");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sample),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
