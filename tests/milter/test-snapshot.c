/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "milter/snapshot.h"
#include "tests/test.h"

enum {
	DAY = 86400,
	THREADS = 4,
	ROUNDS = 2000,
};

static Settings *load(const char *text)
{
	g_autoptr(GError) error = NULL;
	char *path = NULL;
	int fd = g_file_open_tmp("snapshot-XXXXXX", &path, NULL);
	Settings *settings;

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	settings = settings_load(path, &error);
	if (settings == NULL)
		fail_msg("%s", error->message);
	assert_int_equal(g_remove(path), 0);
	g_free(path);
	return settings;
}

static void test_limits(void **state)
{
	Settings *settings = load("report_addresses = { \"rua@example.com\" }\n"
				  "max_message_size = 64K\n"
				  "max_report_size = 128K\n"
				  "max_parse_memory = 2M\n"
				  "max_policies = 3\n"
				  "max_failure_details = 4\n"
				  "max_report_age = 36500\n"
				  "max_report_future = 6\n");
	g_autoptr(Snapshot) snapshot = snapshot_new(settings);
	const ParseLimits *limits = &snapshot->limits;

	(void)state;
	assert_ptr_equal(snapshot->settings, settings);
	assert_int_equal(limits->message_size, 64 << 10);
	assert_int_equal(limits->report_size, 128 << 10);
	assert_int_equal(limits->parse_memory, 2 << 20);
	assert_int_equal(limits->policies, 3);
	assert_int_equal(limits->failure_details, 4);
	assert_int_equal(limits->report_age, INT64_C(36500) * DAY);
	assert_int_equal(limits->report_future, 6 * DAY);
	assert_int_equal(limits->string_size, PARSE_LIMITS_DEFAULT.string_size);
}

/* The options and the parser have the same defaults. */
static void test_default_limits(void **state)
{
	g_autoptr(Snapshot) snapshot = snapshot_new(settings_new_default());
	const ParseLimits *limits = &snapshot->limits;
	const ParseLimits wanted = PARSE_LIMITS_DEFAULT;

	(void)state;
	assert_int_equal(limits->message_size, wanted.message_size);
	assert_int_equal(limits->report_size, wanted.report_size);
	assert_int_equal(limits->parse_memory, wanted.parse_memory);
	assert_int_equal(limits->policies, wanted.policies);
	assert_int_equal(limits->failure_details, wanted.failure_details);
	assert_int_equal(limits->string_size, wanted.string_size);
	assert_int_equal(limits->report_age, wanted.report_age);
	assert_int_equal(limits->report_future, wanted.report_future);
}

static const struct {
	const char *argument;
	bool matches;
} recipients[] = {
	{"<rua@example.com>", true},
	{"<rua-a@example.com>", true},
	{"<rua=a@example.com>", true},
	{"<rua+a@example.com>", false},
	{"<any@example.net>", true},
};

static void test_recipients(void **state)
{
	g_autoptr(Snapshot) snapshot = snapshot_new(load(
		"report_addresses = { \"rua@example.com\", \"@example.net\" }\n"
		"recipient_delimiter = \"-=\"\n"));

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(recipients); i++) {
		if (recipient_matcher_contains(snapshot->recipients,
			    recipients[i].argument) != recipients[i].matches)
			fail_msg("%s is wrong", recipients[i].argument);
	}
}

/* Reports name a domain in any case, and as A-labels or not. */
static void test_policy_domains(void **state)
{
	g_autoptr(Snapshot) snapshot =
		snapshot_new(load("report_addresses = { \"rua@example.com\" }\n"
				  "policy_domains = { \"Example.COM\", "
				  "\"m\u00fcller.example\" }\n"));
	g_autofree char *joined =
		g_strjoinv(" ", snapshot->rules.policy_domains);

	(void)state;
	assert_string_equal(joined, "example.com xn--mller-kva.example");
}

/* Who got the old one before a reload can go on with it. The address
 * sanitizer would see a use after free, and a leak. */
static void test_reload(void **state)
{
	Snapshot *first = snapshot_new(settings_new_default());
	Snapshot *second = snapshot_new(settings_new_default());
	g_autoptr(Snapshot) held = NULL;
	g_autoptr(Snapshot) held_again = NULL;
	g_autoptr(Snapshot) fresh = NULL;

	(void)state;
	first->limits.policies = 1;
	second->limits.policies = 2;
	snapshot_set_current(first);
	held = snapshot_get_current();
	held_again = snapshot_ref(held);
	assert_ptr_equal(held, first);
	snapshot_set_current(second);
	fresh = snapshot_get_current();
	assert_ptr_equal(fresh, second);
	g_clear_pointer(&held_again, snapshot_unref);
	assert_int_equal(held->limits.policies, 1);
	assert_string_equal(held->settings->recipient_delimiter, "+");
	snapshot_set_current(NULL);
	assert_int_equal(fresh->limits.policies, 2);
	assert_false(recipient_matcher_contains(
		fresh->recipients, "<rua@example.com>"));
}

/* Settings that others hold survive the snapshot. */
static void test_settings_are_counted(void **state)
{
	g_autoptr(Settings) settings = settings_new_default();

	(void)state;
	snapshot_unref(snapshot_new(settings_ref(settings)));
	assert_string_equal(settings->recipient_delimiter, "+");
	snapshot_unref(NULL);
}

static void *use_current(void *data)
{
	int *wrong = data;

	for (int i = 0; i < ROUNDS; i++) {
		g_autoptr(Snapshot) snapshot = snapshot_get_current();

		if (strcmp(snapshot->settings->recipient_delimiter, "+") != 0)
			(*wrong)++;
	}
	return NULL;
}

static void test_reload_with_threads(void **state)
{
	GThread *threads[THREADS];
	int wrong[THREADS] = {0};

	(void)state;
	snapshot_set_current(snapshot_new(settings_new_default()));
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("reader", use_current, &wrong[i]);
	for (int i = 0; i < 20; i++)
		snapshot_set_current(snapshot_new(settings_new_default()));
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(wrong[i], 0);
	snapshot_set_current(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_default_limits),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_policy_domains),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_settings_are_counted),
		cmocka_unit_test(test_reload_with_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
