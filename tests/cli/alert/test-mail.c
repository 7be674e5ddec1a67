/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/alert/mail.h"
#include "tests/cli/alert/incident.h"
#include "tests/test.h"

static const char *const to[] = {"a@x.example", "\"b c\"@x.example", NULL};

static const AlertMailFrame frame = {
	.to = to,
	.from = "tls@x.example",
	.host = "host.example",
	/* 2026-01-04T05:06:07Z */
	.now = 1767503167,
};

#define HEAD_BEFORE                                                            \
	"Date: Sun, 4 Jan 2026 05:06:07 +0000\n"                               \
	"From: tls@x.example\n"                                                \
	"To: a@x.example,\n \"b c\"@x.example\n"

#define HEAD_BEHIND                                                            \
	"MIME-Version: 1.0\n"                                                  \
	"Content-Type: text/plain; charset=utf-8\n"                            \
	"Content-Transfer-Encoding: 8bit\n"                                    \
	"Auto-Submitted: auto-generated\n\n"

#define FOOT                                                                   \
	"\n-- \ntlsrpt-milter on host.example. See what is broken now: "       \
	"tlsreport alert list\n"

/* Incidents are copied, so that the array may be of those that change
 * nothing. */
static char *write_mail(const AlertMailFrame *with, const StoreIncident *first,
	const StoreIncident *second, int64_t total)
{
	StoreIncident copies[2] = {*first};
	g_autoptr(GPtrArray) incidents = g_ptr_array_new();
	const AlertOrigin origin = {.host = with->host};
	g_auto(AlertMessage) message = {0};
	char none[] = "[]";
	StoreAlertNews news = {
		.incidents = incidents, .json = none, .total = total};

	g_ptr_array_add(incidents, &copies[0]);
	if (second != NULL) {
		copies[1] = *second;
		g_ptr_array_add(incidents, &copies[1]);
	}
	alert_message_init(&message, &origin, &news);
	return alert_mail_write(with, &message);
}

/* The line between what the test knows. */
static char *cut_message_id(char *mail)
{
	char *begin = strstr(mail, "Message-ID: ");
	char *end;

	assert_non_null(begin);
	end = strchr(begin, '\n') + 1;
	memmove(begin, end, strlen(end) + 1);
	return mail;
}

static const struct {
	const StoreIncident *first;
	const StoreIncident *second;
	int64_t total;
	const char *mail;
} cases[] = {
	{&incident_expired, NULL, 1,
		HEAD_BEFORE
		"Subject: TLS critical: the certificate has expired at\n "
		"m\\u00fcx\\x1b[2.x.example for 12 domains\n" HEAD_BEHIND
		"The certificate has expired at m\303\274x\\x1b[2.x.example for "
		"12 domains. Senders\nwithhold mail.\n\n"
		"CRITICAL: The certificate has expired\n"
		"  MX          m\303\274x\\x1b[2.x.example\n"
		"  Domain      12: x.example, y.example and 10 more\n"
		"  Status      new\n"
		"  Since       2026-01-01, last reported for 2026-01-03\n"
		"  Failed      12 of 612 sessions, 2.0 %\n"
		"  Mail        withheld in 5 of these sessions: the policy is "
		"enforced, so\n"
		"              senders try other MX hosts, retry for some "
		"days, and then\n"
		"              return the mail\n"
		"  Reported by Google Inc.\n"
		"  Reason      has\\x1b expired, expired\n"
		"  Address     192.0.2.1\n"
		"  What to do  Renew it.\n"
		"  Acknowledge tlsreport alert ack 3\n" FOOT},
	{&incident_silent, &incident_over, 9,
		HEAD_BEFORE
		"Subject: TLS warning: a reporter has fallen silent: Some "
		"\\u202ebody, about\n y.example\n" HEAD_BEHIND
		"A reporter has fallen silent: Some \\u202ebody, about "
		"y.example.\n\n"
		"WARNING: A reporter has fallen silent\n"
		"  Reporter    Some body (signed by x.example)\n"
		"  Domain      y.example\n"
		"  Status      back after it was over\n"
		"  Since       2026-01-01, the first day without a report\n"
		"  Acknowledge tlsreport alert ack 7\n\n"
		"OVER: Sessions fail with odd\\r\\nBcc: everybody at mx (1 of 1 "
		"sessions, 100 %\nfailed, 2026-01-01)\n\n"
		"And 7 more: see \"tlsreport alert list --all\".\n" FOOT},
	{&incident_over, NULL, 3,
		HEAD_BEFORE
		"Subject: TLS over: sessions fail with odd\\r\\nBcc: "
		"everybody at mx, and 2\n more\n" HEAD_BEHIND
		"Over: sessions fail with odd\\r\\nBcc: everybody at mx. "
		"And 2 more are over.\n\n"
		"OVER: Sessions fail with odd\\r\\nBcc: everybody at mx (1 of 1 "
		"sessions, 100 %\nfailed, 2026-01-01)\n\n"
		"And 2 more: see \"tlsreport alert list --all\".\n" FOOT},
};

static void test_mails(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *mail = write_mail(&frame, cases[i].first,
			cases[i].second, cases[i].total);

		assert_string_equal(cut_message_id(mail), cases[i].mail);
	}
}

static char *get_message_id(const char *mail)
{
	const char *begin = strstr(mail, "Message-ID: ");

	assert_non_null(begin);
	return g_strndup(begin, strcspn(begin, "\n"));
}

/* The same at another time, and something else. */
static void test_message_id(void **state)
{
	AlertMailFrame later = frame;
	g_autofree char *one = NULL;
	g_autofree char *same = NULL;
	g_autofree char *other = NULL;
	g_autofree char *id = NULL;
	g_autofree char *same_id = NULL;
	g_autofree char *other_id = NULL;

	(void)state;
	later.now++;
	one = write_mail(&frame, &incident_expired, NULL, 1);
	same = write_mail(&later, &incident_expired, NULL, 1);
	other = write_mail(&frame, &incident_silent, NULL, 1);
	id = get_message_id(one);
	same_id = get_message_id(same);
	other_id = get_message_id(other);
	assert_string_not_equal(one, same);
	assert_string_equal(id, same_id);
	assert_string_not_equal(id, other_id);
	assert_true(g_str_has_suffix(id, "@x.example>"));
}

/* The mail server knows better. */
static void test_without_sender(void **state)
{
	AlertMailFrame without = frame;
	g_autofree char *mail = NULL;

	(void)state;
	without.from = "";
	mail = write_mail(&without, &incident_expired, NULL, 1);
	assert_null(strstr(mail, "From:"));
	assert_non_null(strstr(mail, "@host.example>\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_message_id),
		cmocka_unit_test(test_without_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
