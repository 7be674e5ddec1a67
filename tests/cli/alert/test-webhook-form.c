/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "cli/alert/webhook-form.h"
#include "conf/settings.h"
#include "parser/json-load.h"
#include "tests/test.h"

static const char *const inputs[] = {"news", "hostile"};

static const WebhookFrame frame = {
	.url = "https://hooks.example.com/some_Topic-1",
	.secret = "0123456789abcdef0123456789abcdef",
	/* 2026-11-28T12:00:00Z */
	.now = 1795867200,
};

/* A file in tests/cli/webhook, as deliveries read theirs. */
static json_t *load(const char *name)
{
	g_autofree char *path = g_strdup_printf(
		"%s/tests/cli/webhook/%s.json", g_getenv("top_srcdir"), name);
	g_autofree char *text = NULL;
	gsize length;
	size_t used;

	if (!g_file_get_contents(path, &text, &length, NULL))
		fail_msg("%s cannot be read", path);
	return json_load_bytes(text, length, SIZE_MAX, &used, NULL);
}

static void check_form(const char *input, int64_t word)
{
	const WebhookForm *form = webhook_form_get(word);
	g_autofree char *name = g_strconcat(input, "-", form->name, NULL);
	g_autoptr(json_t) news = load(input);
	g_autoptr(json_t) before = json_deep_copy(news);
	g_autoptr(json_t) wanted = load(name);
	g_autoptr(json_t) got = form->write(news, &frame);

	assert_non_null(got);
	assert_true(json_equal(news, before));
	if (!json_equal(got, wanted)) {
		char *text = json_dumps(got, JSON_INDENT(1));

		fail_msg("%s:\n%s", name, text);
	}
}

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++) {
		for (int64_t word = SETTINGS_ALERT_WEBHOOK_FORM_SLACK;
			word <= SETTINGS_ALERT_WEBHOOK_FORM_ALERTMANAGER;
			word++)
			check_form(inputs[i], word);
	}
}

static void test_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++) {
		g_autoptr(json_t) news = load(inputs[i]);
		g_autoptr(json_t) bodies = webhook_form_json(news, &frame);

		assert_int_equal(json_array_size(bodies), 1);
		assert_true(json_equal(json_array_get(bodies, 0), news));
	}
}

/* The name of a form is its word in the configuration. */
static void test_names(void **state)
{
	size_t count;
	const SettingsOption *options = settings_get_options(&count);
	g_auto(GStrv) words = NULL;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(options[i].name, "alert_webhook_form") == 0)
			words = g_strsplit(options[i].form.range, ", ", -1);
	}
	assert_non_null(words);
	for (size_t i = 0; words[i] != NULL; i++)
		assert_string_equal(
			words[i], webhook_form_get((int64_t)i)->name);
}

/* Whatever is missing, a form has at most bodies that say nothing. */
static void test_nothing(void **state)
{
	g_autoptr(json_t) news = json_object();

	(void)state;
	for (int64_t word = SETTINGS_ALERT_WEBHOOK_FORM_JSON;
		word <= SETTINGS_ALERT_WEBHOOK_FORM_ALERTMANAGER; word++) {
		g_autoptr(json_t) bodies =
			webhook_form_get(word)->write(news, &frame);
		bool incidents = word >= SETTINGS_ALERT_WEBHOOK_FORM_PAGERDUTY;

		assert_true(json_is_array(bodies));
		assert_int_equal(json_array_size(bodies), incidents ? 0 : 1);
	}
}

/* Those beyond the hundredth are in one event. */
static void test_many(void **state)
{
	g_autoptr(json_t) news =
		json_pack("{s:[], s:i}", "incidents", "total", 203);
	g_autoptr(json_t) bodies = NULL;
	const json_t *last;

	(void)state;
	for (int i = 1; i <= 103; i++)
		json_array_append_new(json_object_get(news, "incidents"),
			json_pack("{s:i}", "incident_id", i));
	bodies = webhook_form_pagerduty(news, &frame);
	assert_int_equal(json_array_size(bodies), 101);
	last = json_array_get(bodies, 100);
	assert_string_equal(
		json_string_value(json_object_get(last, "dedup_key")),
		"tlsrpt-more");
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(last, "payload"), "summary")),
		"103 more TLS incidents: see tlsreport alert list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
