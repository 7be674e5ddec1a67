/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>
#include <syslog.h>

#include "conf/settings.h"
#include "tests/conf/settings-file.h"
#include "tests/conf/settings-text.h"
#include "tests/test.h"

#define SYNTAX ": tlsrpt-milter.conf(5) lists all options"

static const struct {
	const char *text;
	const char *name;
	const char *wanted;
} good[] = {
	{"", "report_addresses", "a@example.com"},
	{"report_addresses += { \"@b.example\" }", "report_addresses",
		"a@example.com @b.example"},
	{"report_addresses = {\n\"b@x\", # one\n\"c@x\"# two\n}\n",
		"report_addresses", "b@x c@x"},
	{"report_addresses = b@x", "report_addresses", "b@x"},
	{"report_address_file = \"${TEST_DIR}/list\"", "report_addresses",
		"a@example.com x@y @z"},
	{"report_addresses = {}\nreport_address_file = \"${TEST_DIR}/list\"",
		"report_addresses", "x@y @z"},
	{"socket = unix:/a", "socket", "unix:/a"},
	{"socket = 'inet:1@h'", "socket", "inet:1@h"},
	{"socket = \"inet6:65535@::1\"", "socket", "inet6:65535@::1"},
	{"socket_group = \"postfix\"", "socket_group", "postfix"},
	{"socket_mode = 0600", "socket_mode", "384"},
	{"socket_mode = \"777\"", "socket_mode", "511"},
	{"database = \"host=${NO_SUCH_VARIABLE:-db}\"", "database", "host=db"},
	{"database = \"a\"\ndatabase = \"b\"", "database", "b"},
	{"database_connections = 1", "database_connections", "1"},
	{"database_connections = 1000", "database_connections", "1000"},
	{"recipient_delimiter = \"\"", "recipient_delimiter", ""},
	{"recipient_delimiter = \"+-\"", "recipient_delimiter", "+-"},
	{"policy_domains = { \"a.example\", 'b.example' }", "policy_domains",
		"a.example b.example"},
	{"after_store = discard", "after_store", "1"},
	{"on_store_failure = tempfail", "on_store_failure", "1"},
	{"spool_directory = /a/b", "spool_directory", "/a/b"},
	{"https_spool_directory = /a/b\npolicy_domains = b.example",
		"https_spool_directory", "/a/b"},
	{"spool_max_bytes = 2G", "spool_max_bytes", "2147483648"},
	{"dkim = verify", "dkim", "2"},
	{"dkim = authres\ntrusted_authserv_id = mx.a.example",
		"trusted_authserv_id", "mx.a.example"},
	{"dkim = verify\nauthentication = require", "authentication", "1"},
	{"max_message_size = 65536", "max_message_size", "65536"},
	{"max_message_size = 64k", "max_message_size", "65536"},
	{"max_message_size = \"3M\"", "max_message_size", "3145728"},
	{"max_message_size = 1G", "max_message_size", "1073741824"},
	{"log_level = \"debug\"", "log_level", G_STRINGIFY(LOG_DEBUG)},
	{"log_facility = local7 # c", "log_facility", "184"},
	{"alert_mail = { a@b.example, '\"c d\"@e' }", "alert_mail",
		"a@b.example \"c d\"@e"},
	{"alert_mail_from = a@b.example", "alert_mail_from", "a@b.example"},
	{"alert_command = { /bin/a, \"$(b) 'c'\", \"\" }", "alert_command",
		"/bin/a $(b) 'c' "},
	{"alert_webhook = 'https://a.example/b?c'", "alert_webhook",
		"https://a.example/b?c"},
	{"alert_webhook_form = alertmanager", "alert_webhook_form", "5"},
	{"digest = daily", "digest", "1"},
	{"alert_webhook_secret_file = /a", "alert_webhook_secret_file", "/a"},
	{"alert_webhook_ca_file = /a", "alert_webhook_ca_file", "/a"},
	{"dashboard_url = 'http://a.example/'", "dashboard_url",
		"http://a.example/"},
	{"\r\nlog_level\r\n=\r\nerr\r\n", "log_level", G_STRINGIFY(LOG_ERR)},
};

static void check_good(const char *text, const char *name, const char *wanted)
{
	g_autofree char *all = g_strconcat(SETTINGS_FILE_ADDRESS, text, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = settings_file_load(all, &error);
	g_autofree char *got = NULL;

	if (!settings) {
		fail_msg("%s: %s", text, error->message);
		return;
	}
	got = settings_text_print(settings, settings_text_find(name));
	assert_string_equal(got, wanted);
}

static void test_good_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		check_good(good[i].text, good[i].name, good[i].wanted);
}

static const struct {
	const char *text;
	const char *error;
} bad[] = {
	{"", "t.conf: no address receives reports: set report_addresses to "
	     "the addresses that your _smtp._tls TXT records name in "
	     "rua=mailto:, such as { \"tls-reports@example.com\" }"},
	{"# one\n# two\n\nsokcet = \"unix:/a\"\n",
		"t.conf:4: no such option 'sokcet'" SYNTAX},
	{"a 3", "t.conf:1: no such option 'a'" SYNTAX},
	{"a\033 = 3", "t.conf:1: no such option 'a\\033'" SYNTAX},
	{"\n\"\" = 3", "t.conf:2: syntax error" SYNTAX},
	{"database 3",
		"t.conf:1: missing equal sign after option 'database'" SYNTAX},
	{"database = dbname=x", "t.conf:1: unexpected token '='" SYNTAX},
	{"database = {", "t.conf:1: unexpected token '{'" SYNTAX},
	{"\ndatabase = \"x\n\n", "t.conf:4: premature end of file" SYNTAX},
	{"database = 'x", "t.conf:1: unterminated string constant" SYNTAX},
	{"database += x", "t.conf:1: attempt to append to non-list option "
			  "'database'" SYNTAX},
	{"report_addresses = { \"a@x\"\n\"b@x\" }",
		"t.conf:2: unexpected token 'b@x'" SYNTAX},
	{"report_addresses = {\n\"a@x\", # c\n\"b\" }",
		"t.conf:3: report_addresses = \"b\" must be LOCAL@DOMAIN or "
		"@DOMAIN"},
	{"policy_domains = { \"@x\" }",
		"t.conf:1: policy_domains = \"@x\" must be a domain"},
	{"socket = \"inet:127.0.0.1:8894\"",
		"t.conf:1: socket = \"inet:127.0.0.1:8894\" must be unix:/PATH "
		"(up to 107 bytes), inet:PORT@HOST or inet6:PORT@HOST"},
	{"socket = \"unix:\\t\"",
		"t.conf:1: socket = \"unix:\\t\" must be unix:/PATH "
		"(up to 107 bytes), inet:PORT@HOST or inet6:PORT@HOST"},
	{"# c\nsocket_mode = 0888",
		"t.conf:2: socket_mode = \"0888\" must be 0600 to 0777"},
	{"socket_mode = 0400",
		"t.conf:1: socket_mode = \"0400\" must be 0600 to 0777"},
	{"database_connections = 0",
		"t.conf:1: database_connections = \"0\" must be 1 to 1000"},
	{"database_connections = 1001",
		"t.conf:1: database_connections = \"1001\" must be 1 to 1000"},
	{"database_connections = 1K",
		"t.conf:1: database_connections = \"1K\" must be 1 to 1000"},
	{"database_connections = -1",
		"t.conf:1: database_connections = \"-1\" must be 1 to 1000"},
	{"database_connections = \" 1\"",
		"t.conf:1: database_connections = \" 1\" must be 1 to 1000"},
	{"database_connections = \"\"",
		"t.conf:1: database_connections = \"\" must be 1 to 1000"},
	{"max_message_size = 65535",
		"t.conf:1: max_message_size = \"65535\" must be 64K to 1G"},
	{"max_message_size = 1T",
		"t.conf:1: max_message_size = \"1T\" must be 64K to 1G"},
	{"max_message_size = 1GB",
		"t.conf:1: max_message_size = \"1GB\" must be 64K to 1G"},
	{"max_message_size = 17179869185G",
		"t.conf:1: max_message_size = \"17179869185G\" must be 64K to "
		"1G"},
	{"max_message_size = 99999999999999999999",
		"t.conf:1: max_message_size = \"99999999999999999999\" must be "
		"64K to 1G"},
	{"after_store = Accept",
		"t.conf:1: after_store = \"Accept\" must be one of accept, "
		"discard"},
	{"on_store_failure = \"bounce\"",
		"t.conf:1: on_store_failure = \"bounce\" must be one of spool, "
		"tempfail"},
	{"spool_directory = \"spool\"",
		"t.conf:1: spool_directory = \"spool\" must be an absolute "
		"path"},
	{"spool_directory = \"\"",
		"t.conf:1: spool_directory = \"\" must be an absolute path"},
	{"dkim = on",
		"t.conf:1: dkim = \"on\" must be one of off, authres, verify"},
	{"trusted_authserv_id = \"mx.a.example/1\"",
		"t.conf:1: trusted_authserv_id = \"mx.a.example/1\" must be "
		"the name of a server or empty"},
	{"report_addresses = a@b.example\ndkim = authres",
		"t.conf: dkim is \"authres\", but no filter is trusted: set "
		"trusted_authserv_id to the name with which the filter before "
		"this one begins its Authentication-Results fields"},
	{"report_addresses = a@b.example\nauthentication = require",
		"t.conf: authentication is \"require\" and dkim is \"off\": "
		"no report would count; set dkim to \"authres\" or \"verify\""},
	{"report_addresses = a@b.example\nhttps_spool_directory = /a",
		"t.conf: https_spool_directory is set, but not policy_domains: "
		"anybody could send reports about any domain; name your "
		"domains, such as { \"example.com\" }"},
	{"report_addresses = a@b.example\npolicy_domains = b.example\n"
	 "https_spool_directory = /a\nspool_directory = /a",
		"t.conf: https_spool_directory and spool_directory are the "
		"same: each needs a directory of its own"},
	{"https_spool_directory = a",
		"t.conf:1: https_spool_directory = \"a\" must be an absolute "
		"path or empty"},
	{"metrics_file = metrics.prom",
		"t.conf:1: metrics_file = \"metrics.prom\" must be an absolute "
		"path or empty"},
	{"alert_mail = @b.example", "t.conf:1: alert_mail = \"@b.example\" "
				    "must be LOCAL@DOMAIN in ASCII"},
	{"alert_mail = -oQ/tmp@b.example",
		"t.conf:1: alert_mail = \"-oQ/tmp@b.example\" must be "
		"LOCAL@DOMAIN in ASCII"},
	{"alert_mail_from = \"a@b\\nBcc: c@d\"",
		"t.conf:1: alert_mail_from = \"a@b\\nBcc: c@d\" must be "
		"LOCAL@DOMAIN in ASCII or empty"},
	{"report_addresses = a@b.example\nalert_command = { sh, /bin/sh }",
		"t.conf: alert_command does not begin with an absolute path: "
		"name the program first, then its arguments, such as { "
		"\"/usr/local/bin/page\", \"--urgent\" }"},
	{"sendmail_path = sendmail", "t.conf:1: sendmail_path = \"sendmail\" "
				     "must be an absolute path"},
	{"alert_webhook = 'http://a.example/'",
		"t.conf:1: alert_webhook = \"http://a.example/\" must be an "
		"https:// URL, an http:// URL of this host, or empty"},
	{"alert_webhook_form = discord",
		"t.conf:1: alert_webhook_form = \"discord\" must be one of "
		"json, slack, matrix, ntfy, pagerduty, alertmanager"},
	{"alert_webhook_secret_file = a",
		"t.conf:1: alert_webhook_secret_file = \"a\" must be an "
		"absolute path or empty"},
	{"alert_webhook_ca_file = a",
		"t.conf:1: alert_webhook_ca_file = \"a\" must be an absolute "
		"path or empty"},
	{"digest = monthly",
		"t.conf:1: digest = \"monthly\" must be one of off, daily, "
		"weekly"},
	{"dashboard_url = a",
		"t.conf:1: dashboard_url = \"a\" must be an https:// or "
		"http:// URL or empty"},
	{"log_level = loud",
		"t.conf:1: log_level = \"loud\" must be one of err, warning, "
		"notice, info, debug"},
	{"recipient_delimiter = \"@\"",
		"t.conf:1: recipient_delimiter = \"@\" must be empty or "
		"punctuation other than @ and \""},
	{"report_address_file = \"list\"",
		"t.conf:1: report_address_file = \"list\" must be an absolute "
		"path or empty"},
	{"report_address_file = \"/nonexistent/x\"",
		"/nonexistent/x: cannot be read: No such file or directory"},
};

static void test_bad_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Settings) settings =
			settings_file_load(bad[i].text, &error);

		if (settings)
			fail_msg("%s: loads", bad[i].text);
		assert_string_equal(error->message, bad[i].error);
	}
}

/* Nothing is asked of what receives no mail that only receiving needs. */
static void test_without_mail(void **state)
{
	static const char text[] = "database = \"dbname=x\"\n"
				   "report_address_file = \"/nonexistent\"\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) refused = settings_file_load(text, NULL);
	g_autoptr(Settings) settings =
		settings_load_without_mail("t.conf", &error);
	g_autoptr(Settings) wrong = NULL;

	(void)state;
	assert_null(refused);
	assert_non_null(settings);
	assert_string_equal(settings->database, "dbname=x");
	assert_null(settings->report_addresses[0]);
	assert_null(settings_file_load("dkim = \"authres\"", NULL));
	wrong = settings_load_without_mail("t.conf", &error);
	assert_null(wrong);
	assert_true(g_str_has_prefix(error->message, "t.conf: dkim is "));
}

static void test_set(void **state)
{
	g_autoptr(Settings) settings = settings_file_load(
		SETTINGS_FILE_ADDRESS "alert_mail_from = a@b.example", NULL);

	(void)state;
	assert_true(settings_is_set(settings, "report_addresses"));
	assert_true(settings_is_set(settings, "alert_mail_from"));
	assert_false(settings_is_set(settings, "alert_mail"));
	assert_false(settings_is_set(settings, "metrics_file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_values),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_without_mail),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
