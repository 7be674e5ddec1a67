/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "conf/settings.h"
#include "tests/conf/settings-file.h"
#include "tests/test.h"

static void test_an_error_leaves_no_trace(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) broken =
		settings_file_load("database = \"x", &error);
	g_autoptr(Settings) settings =
		settings_file_load(SETTINGS_FILE_ADDRESS, NULL);

	(void)state;
	assert_null(broken);
	assert_non_null(settings);
	assert_string_equal(settings->database, "dbname=tlsrpt");
}

static void check_unreadable(const char *path, const char *reason)
{
	g_autofree char *wanted =
		g_strdup_printf("%s: cannot be read: %s", path, reason);
	g_autoptr(GError) error = NULL;

	assert_null(settings_load(path, &error));
	assert_true(
		g_error_matches(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE));
	assert_string_equal(error->message, wanted);
}

static void test_unreadable_files(void **state)
{
	(void)state;
	check_unreadable("missing.conf", "No such file or directory");
	check_unreadable(".", "it is not a regular file");
	check_unreadable("/dev/zero", "it is not a regular file");
	assert_true(g_file_set_contents("nul.conf", "a\0b", 3, NULL));
	check_unreadable("nul.conf", "it contains a NUL byte");
	assert_int_equal(truncate("nul.conf", 1048577), 0);
	check_unreadable("nul.conf", "it is over 1048576 bytes long");
	assert_int_equal(g_remove("nul.conf"), 0);
}

static gpointer use_settings(gpointer data)
{
	Settings *settings = data;

	for (int i = 0; i < 10000; i++) {
		g_autoptr(Settings) mine = settings_ref(settings);

		if (strcmp(mine->report_addresses[0], "a@example.com") != 0)
			return NULL;
	}
	settings_unref(settings);
	return data;
}

static void test_references_are_counted(void **state)
{
	Settings *settings = settings_file_load(SETTINGS_FILE_ADDRESS, NULL);
	GThread *threads[4];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new(
			"user", use_settings, settings_ref(settings));
	settings_unref(settings);
	settings_unref(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		assert_non_null(g_thread_join(threads[i]));
}

/* What a reload does not bring into effect. */
static const struct {
	const char *text;
	const char *names;
} changes[] = {
	{"", NULL},
	{"log_level = debug", NULL},
	{"alert_mail = a@b.example", NULL},
	{"socket = \"unix:/a\"", "socket"},
	{"socket_group = \"a\"", "socket_group"},
	{"socket_mode = 0600", "socket_mode"},
	{"database = \"dbname=a\"", "database"},
	{"log_facility = user\nspool_directory = /a\ndatabase_connections = 1",
		"database_connections, spool_directory, log_facility"},
};

static void test_startup_changes(void **state)
{
	g_autoptr(Settings) running =
		settings_file_load(SETTINGS_FILE_ADDRESS, NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *text = g_strconcat(
			SETTINGS_FILE_ADDRESS, changes[i].text, NULL);
		g_autoptr(Settings) new = settings_file_load(text, NULL);
		g_autofree char *names =
			settings_list_startup_changes(running, new);

		if (g_strcmp0(names, changes[i].names) != 0)
			fail_msg("%s: %s", changes[i].text, names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_error_leaves_no_trace),
		cmocka_unit_test(test_unreadable_files),
		cmocka_unit_test(test_references_are_counted),
		cmocka_unit_test(test_startup_changes),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
