/* SPDX-License-Identifier: BSD-2-Clause */
/* What each writer makes of what it is given. */
#include <glib.h>

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
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
