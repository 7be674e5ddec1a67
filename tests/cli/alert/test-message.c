/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/alert/message.h"
#include "cli/alert/paragraph.h"
#include "tests/cli/alert/incident.h"
#include "tests/test.h"

static const AlertOrigin origin = {.host = "host.example"};

/* Of one domain, and no host. */
static StoreIncident make_incident(bool over)
{
	StoreIncident incident = incident_expired;

	if (over)
		incident.what = incident.state = "resolved";
	incident.policy_domains = "1";
	incident.sample_domains = "x.example";
	incident.receiving_mx_hostname = "";
	incident.withheld_sessions = "0";
	return incident;
}

/* News of so many that are broken and over, and others that were cut off. */
static StoreAlertNews make_news(
	StoreIncident incidents[2], unsigned broken, unsigned over, int64_t cut)
{
	StoreAlertNews news = {
		.incidents = g_ptr_array_new(),
		.json = g_strdup("[{\"what\": \"opened\"}]"),
		.total = broken + over + cut,
	};

	incidents[0] = make_incident(false);
	incidents[1] = make_incident(true);
	for (unsigned i = 0; i < broken + over; i++)
		g_ptr_array_add(news.incidents, &incidents[i >= broken]);
	return news;
}

static unsigned count(const char *text, const char *part)
{
	unsigned found = 0;

	for (const char *at = strstr(text, part); at != NULL;
		at = strstr(at + 1, part))
		found++;
	return found;
}

static const struct {
	unsigned broken;
	unsigned over;
	int64_t cut;
	/* How many have a paragraph, how many a line, how the text says what
	 * has neither, and the subject. */
	unsigned whole;
	unsigned lines;
	const char *rest;
	const char *subject;
} cases[] = {
	{1, 0, 0, 1, 0, NULL, "for x.example"},
	{3, 0, 0, 3, 0, NULL, ", and 2 more"},
	{4, 0, 0, 3, 1, NULL, ", and 3 more"},
	{4, 2, 0, 3, 3, NULL, ", and 3 more"},
	{23, 0, 0, 3, 20, NULL, ", and 22 more"},
	{23, 1, 0, 3, 20, "\nAnd 1 more: see", ", and 22 more"},
	{24, 0, 0, 3, 20, "\nAnd 1 more: see", ", and 23 more"},
	{24, 0, 70, 3, 20, "\nAnd 71 more: see", ", and 93 more"},
	{0, 1, 0, 0, 1, NULL, "for x.example"},
	{0, 2, 9, 0, 2, "\nAnd 9 more: see", ", and 10 more"},
};

static void test_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		StoreIncident incidents[2];
		g_auto(StoreAlertNews) news = make_news(incidents,
			cases[i].broken, cases[i].over, cases[i].cut);
		g_auto(AlertMessage) message = {0};

		alert_message_init(&message, &origin, &news);
		assert_int_equal(
			count(message.text, "  Acknowledge"), cases[i].whole);
		assert_int_equal(count(message.text, "  What to do"),
			cases[i].whole > 0);
		assert_int_equal(
			count(message.text, "(12 of 612"), cases[i].lines);
		if (cases[i].rest != NULL)
			assert_non_null(strstr(message.text, cases[i].rest));
		else
			assert_null(strstr(message.text, "\nAnd "));
		assert_true(
			g_str_has_suffix(message.subject, cases[i].subject));
		assert_true(g_str_has_prefix(message.subject,
			cases[i].broken > 0 ? "TLS critical: the cert"
					    : "TLS over: the cert"));
	}
}

/* What is over withholds nothing, and needs no remedy; a name keeps its
 * letters. */
static void test_over(void **state)
{
	const TextStyle style = {.width = ALERT_MESSAGE_WIDTH};
	StoreIncident incidents[2];
	g_auto(StoreAlertNews) news = make_news(incidents, 1, 1, 0);
	g_auto(AlertMessage) message = {0};
	GString *text = g_string_new(NULL);

	(void)state;
	incidents[0].title = "MTA-STS is off";
	incidents[1].withheld_sessions = "2";
	alert_message_init(&message, &origin, &news);
	assert_null(strstr(message.text, "withhold mail"));
	assert_string_equal(
		message.subject, "TLS critical: MTA-STS is off for x.example");
	alert_paragraph_append(
		text, &incidents[1], ALERT_PARAGRAPH_WHOLE, &style);
	assert_null(strstr(text->str, "What to do"));
	g_string_free(text, TRUE);
}

/* The largest fits two screens. */
static void test_height(void **state)
{
	StoreIncident incidents[2];
	g_auto(StoreAlertNews) news = make_news(incidents, 90, 10, 1000);
	g_auto(AlertMessage) message = {0};

	(void)state;
	alert_message_init(&message, &origin, &news);
	assert_in_range(count(message.text, "\n"), 50, 90);
}

static void test_json(void **state)
{
	const AlertOrigin paged = {"host.example", "https://x.example/tls"};
	StoreIncident incidents[2];
	g_auto(StoreAlertNews) news = make_news(incidents, 1, 0, 4);
	g_auto(AlertMessage) with = {0};
	g_auto(AlertMessage) without = {0};

	(void)state;
	alert_message_init(&with, &paged, &news);
	alert_message_init(&without, &origin, &news);
	assert_true(g_str_has_prefix(with.json,
		"{\"subject\":\"TLS critical: the certificate has expired "
		"for x.example, and 4 more\",\"text\":\""));
	assert_true(g_str_has_suffix(with.json,
		"\"url\":\"https://x.example/tls\",\"total\":5,"
		"\"incidents\":[{\"what\":\"opened\"}]}"));
	assert_null(strchr(with.json, '\n'));
	assert_null(strstr(without.json, "\"url\""));
	assert_true(g_str_has_suffix(with.text, "\nhttps://x.example/tls\n"));
	assert_string_equal(with.id, without.id);
}

static void test_unauthenticated(void **state)
{
	static const TextStyle style = {.width = 79, .utf8 = true};
	StoreIncident incident = incident_expired;
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	incident.unauthenticated_sessions = "0";
	alert_paragraph_append(text, &incident, ALERT_PARAGRAPH_NEWS, &style);
	assert_null(strstr(text->str, "unauthenticated"));
	incident.unauthenticated_sessions = "7";
	alert_paragraph_append(text, &incident, ALERT_PARAGRAPH_NEWS, &style);
	assert_non_null(strstr(text->str,
		"12 of 612 sessions, 2.0 %; of these, 7 sessions by\n"
		"              unauthenticated reporters\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unauthenticated),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_height),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
