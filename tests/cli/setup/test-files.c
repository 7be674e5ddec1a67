/* SPDX-License-Identifier: BSD-2-Clause */
/* What each writer makes of what it is given. */
#include <glib.h>

#include "cli/setup/error.h"
#include "cli/setup/https.h"
#include "cli/setup/policy.h"
#include "cli/setup/virtual-host.h"
#include "cli/setup/zone.h"
#include "tests/cli/setup/golden.h"

static const struct {
	SetupServer server;
	const char *file;
} servers[] = {
	{SETUP_SERVER_APACHE, "apache.conf"},
	{SETUP_SERVER_NGINX, "nginx.conf"},
};

static void test_virtual_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
		g_autofree char *text = setup_virtual_host_write(
			servers[i].server, "mta-sts.example.com", 443);

		golden_compare(servers[i].file, text);
	}
}

/* What the commands change is in the examples. */
static void test_https_examples(void **state)
{
	static const char *const names[] = {
		"apache-https.conf", "nginx-https.conf"};
	const char *top = getenv("top_srcdir");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(
			top != NULL ? top : ".", "conf", names[i], NULL);
		g_autofree char *text = NULL;

		assert_true(g_file_get_contents(path, &text, NULL, NULL));
		assert_non_null(strstr(text, "/tls-reports-in"));
	}
}

static const struct {
	const char *url;
	const char *uri;
	const char *problem;
} urls[] = {
	{"https://a.example/b", "https://a.example/b", NULL},
	{"HTTPS://A.example:8443/b/C-._~?x=1&y",
		"HTTPS://A.example:8443/b/"
		"C-._~?x=1&y",
		NULL},
	{"https://a.example/b?c,d!e;f%2C",
		"https://a.example/b?c%2Cd%21e%3B"
		"f%2C",
		NULL},
	{"https://a.example/b/", "https://a.example/b/", NULL},
	{"https://a.example/..b/c..d/.e/...",
		"https://a.example/..b/c..d/.e/...", NULL},
	{"http://a.example/b", NULL, "is not https://HOST/PATH"},
	{"mailto:a@b.example", NULL, "is not https://HOST/PATH"},
	{"", NULL, "is not https://HOST/PATH"},
	{"https://", NULL, "is not https://HOST/PATH"},
	{"https://a_b.example\n/c", NULL, "is not https://HOST/PATH"},
	{"https://a.example@b.example/c", NULL, "is not https://HOST/PATH"},
	{"https://a.example:0/b", NULL, "is not https://HOST/PATH"},
	{"https://a.example:65536/b", NULL, "is not https://HOST/PATH"},
	{"https://a.example/b c", NULL, "is not https://HOST/PATH"},
	{"https://a.example/b#c", NULL, "is not https://HOST/PATH"},
	{"https://a.example/b\"c", NULL, "is not https://HOST/PATH"},
	{"https://a.example", NULL, "has no path"},
	{"https://a.example/", NULL, "has no path"},
	{"https://a.example/b,c", NULL, "has a path of more than"},
	{"https://a.example/b'c", NULL, "has a path of more than"},
	{"https://a.example/b&c", NULL, "has a path of more than"},
	{"https://a.example/b|c", NULL, "is not https://HOST/PATH"},
	{"https://a.example/b;c", NULL, "has a path of more than"},
	{"https://a.example/$b", NULL, "has a path of more than"},
	{"https://a.example/b/../c", NULL, "is empty, \".\" or \"..\""},
	{"https://a.example/b/..", NULL, "is empty, \".\" or \"..\""},
	{"https://a.example/./b", NULL, "is empty, \".\" or \"..\""},
	{"https://a.example/.?b", NULL, "is empty, \".\" or \"..\""},
	{"https://a.example//b", NULL, "is empty, \".\" or \"..\""},
	{"https://a.example/b//", NULL, "is empty, \".\" or \"..\""},
};

static void test_https_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		g_auto(SetupHttps) https = {0};
		g_autoptr(GError) error = NULL;

		if (setup_https_read(urls[i].url, &https, &error) !=
			(urls[i].uri != NULL))
			fail_msg("%s", urls[i].url);
		if (urls[i].uri != NULL) {
			assert_string_equal(https.uri, urls[i].uri);
			continue;
		}
		assert_true(
			g_error_matches(error, SETUP_ERROR, SETUP_ERROR_NAME));
		if (strstr(error->message, urls[i].problem) == NULL)
			fail_msg("%s", error->message);
	}
}

static void test_policy(void **state)
{
	g_auto(PolicySts) policy = {POLICY_STS_ENFORCE, 604800,
		g_strsplit("mx1.example.com *.example.net", " ", -1)};
	g_auto(StsPolicy) read = {0};
	g_autofree char *text = setup_policy_write(&policy);

	(void)state;
	golden_compare("mta-sts.txt", text);
	sts_policy_parse(text, strlen(text), &read);
	assert_null(*read.problems);
	assert_int_equal(read.values.mode, POLICY_STS_ENFORCE);
	assert_int_equal(read.values.max_age, 604800);
	assert_int_equal(g_strv_length(read.values.mx), 2);
}

/* Texts come from a configuration, and from records of others. */
static void test_zone(void **state)
{
	g_autoptr(GPtrArray) steps = setup_step_new_list();
	SetupStep *step = setup_step_add(steps, "title", "text");
	g_autofree char *digits = g_strnfill(256, '1');
	g_autofree char *zone = NULL;

	(void)state;
	setup_step_add_record(
		step, SETUP_RECORD_A, "mta-sts.example.com", "192.0.2.1");
	setup_step_add_record(
		step, SETUP_RECORD_AAAA, "mta-sts.example.com", "2001:db8::1");
	setup_step_add_record(step, SETUP_RECORD_TXT, "_smtp._tls.example.com",
		"v=TLSRPTv1; rua=mailto:a@b.example");
	setup_step_add_record(step, SETUP_RECORD_TXT, "hostile.example.com",
		"\"\n$INCLUDE /etc/passwd\n\\\"; \303\274 \x7f");
	setup_step_add_record(
		step, SETUP_RECORD_TXT, "long.example.com", digits);
	setup_step_add_record(step, SETUP_RECORD_TXT, "empty.example.com", "");
	zone = setup_zone_write(step->records);
	golden_compare("records.zone", zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtual_hosts),
		cmocka_unit_test(test_https_examples),
		cmocka_unit_test(test_https_urls),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
