/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "cli/html-data.h"
#include "tests/test.h"

static const char stored_begin[] =
	"{\"k\":{\"received_at\":\"2026-01-03T00:00:00Z\","
	"\"received_by\":\"mx.example\",\"auth_domain\":\"\",\"report\":{"
	"\"organization-name\":\"Org\",\"date-range\":{"
	"\"start-datetime\":\"2026-01-01T00:00:00Z\","
	"\"end-datetime\":\"2026-01-01T23:59:59Z\"},"
	"\"contact-info\":null,\"report-id\":\"</script>\\u202e\",\"policies\":[";
static const char policy[] =
	"{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":"
	"[\"mode: enforce\"],\"policy-domain\":\"kiosk.test\"},"
	"\"summary\":{\"total-successful-session-count\":5,"
	"\"total-failure-session-count\":3},\"failure-details\":[{"
	"\"result-type\":\"certificate-expired\","
	"\"receiving-mx-hostname\":\"mx.kiosk.test\","
	"\"failed-session-count\":3}]}";
static const char stored_end[] = "]}}}";

/* The lines of the report with that many policies; the caller frees them. */
static json_t *explain(size_t policies)
{
	g_autoptr(GString) stored = g_string_new(stored_begin);
	StoreDashboardPage page = {g_string_new("\"made\":1"), NULL};
	g_autofree char *text = NULL;
	json_t *data;
	json_t *lines;

	for (size_t i = 0; i < policies; i++) {
		g_string_append(stored, i > 0 ? "," : "");
		g_string_append(stored, policy);
	}
	g_string_append(stored, stored_end);
	page.stored = stored->str;
	text = html_data_write(&page);
	data = json_loads(text, 0, NULL);
	assert_non_null(data);
	assert_int_equal(json_integer_value(json_object_get(data, "made")), 1);
	lines = json_incref(
		json_object_get(json_object_get(data, "details"), "k"));
	json_decref(data);
	g_string_free(page.members, TRUE);
	return lines;
}

/* Whether there is such a line; a text that is NULL fits any. */
static bool has_line(const json_t *lines, const char *kind, const char *text,
	const char *more)
{
	size_t i;
	const json_t *line;

	json_array_foreach(lines, i, line)
	{
		const char *words[3];

		for (size_t k = 0; k < 3; k++)
			words[k] = json_string_value(json_array_get(line, k));
		if (strcmp(words[0], kind) == 0 &&
			(text == NULL || strcmp(words[1], text) == 0) &&
			g_strcmp0(words[2], more) == 0)
			return true;
	}
	return false;
}

static void test_lines(void **state)
{
	json_t *lines = explain(1);

	(void)state;
	assert_true(has_line(lines, "title", "TLS report of Org", NULL));
	assert_true(has_line(lines, "field", "</script>\\u202e", "Report id"));
	assert_true(has_line(lines, "policy",
		"MTA-STS policy in mode enforce: kiosk.test", NULL));
	assert_true(has_line(lines, "sentence",
		"5 sessions reached TLS, 3 failed (37.5 %).", "bad"));
	assert_true(has_line(lines, "failure",
		"The certificate has expired: 3 sessions", "bad"));
	assert_true(has_line(lines, "field", "mx.kiosk.test", "MX"));
	assert_true(has_line(lines, "field", NULL, "To do"));
	assert_true(has_line(lines, "field", "k", "Key"));
	assert_true(has_line(lines, "field",
		"2026-01-03T00:00:00Z by mx.example", "Received"));
	assert_false(has_line(lines, "more", NULL, NULL));
	json_decref(lines);
}

/* However long it is, the page says that there is more, and how it came. */
static void test_bound(void **state)
{
	json_t *lines = explain(1000);
	char *text = json_dumps(lines, 0);

	(void)state;
	assert_true(has_line(lines, "more", "", NULL));
	assert_true(has_line(lines, "field", "k", "Key"));
	assert_in_range(strlen(text), 32768, 65536);
	free(text);
	json_decref(lines);
}

static void test_none(void **state)
{
	StoreDashboardPage page = {g_string_new("\"made\":1"), NULL};
	g_autofree char *text = html_data_write(&page);

	(void)state;
	assert_string_equal(text, "{\"made\":1}\n");
	g_string_free(page.members, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
