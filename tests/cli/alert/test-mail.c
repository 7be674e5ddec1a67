/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <string.h>

#include "cli/alert/mail.h"
#include "cli/alert/text.h"
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

/* Members are borrowed: what is written is compared, nothing is freed. */
static const StoreAlert expired = {
	.ids = "3 4 5 9",
	.what = "opened",
	.rule = "certificate-expired",
	.state = "open",
	.severity = "critical",
	.policy_domain = "x.example",
	.result_type = "certificate-expired",
	.organization_name = "",
	.first_day = "2026-01-01",
	.last_day = "2026-01-03",
	.failed_sessions = "12",
	.withheld_sessions = "5",
	.all_sessions = "612",
	.title = "The certificate has expired",
	.remedy = "Renew it.",
	.hosts = "mx1.x.example\nm\303\274x\033[2.x.example",
	.host_count = "4",
	.reporters = "Google Inc.",
	.reporter_count = "1",
};

static const StoreAlert silent = {
	.ids = "7",
	.what = "opened",
	.severity = "warning",
	.policy_domain = "y.example",
	.result_type = "no-reports",
	.organization_name = "Some \342\200\256body",
	.first_day = "2026-01-01",
	.last_day = "2026-01-03",
	.failed_sessions = "0",
	.withheld_sessions = "0",
	.all_sessions = "0",
	.title = "A reporter has fallen silent",
	.host_count = "0",
	.reporters = "Some body",
	.reporter_count = "1",
};

static const StoreAlert over = {
	.ids = "8",
	.what = "expired",
	.severity = "critical",
	.policy_domain = "z.example",
	.result_type = "odd\r\nBcc: everybody",
	.organization_name = "",
	.first_day = "2026-01-01",
	.last_day = "2026-01-01",
	.failed_sessions = "1",
	.withheld_sessions = "1",
	.all_sessions = "1",
	.hosts = "mx",
	.host_count = "1",
	.reporters = "",
	.reporter_count = "0",
};

/* Alerts are copied, so that the array may be of those that change nothing. */
static char *write_mail(const AlertMailFrame *with, const StoreAlert *first,
	const StoreAlert *second, int64_t total)
{
	StoreAlert copies[2] = {*first};
	g_autoptr(GPtrArray) alerts = g_ptr_array_new();
	StoreAlertNews news = {.alerts = alerts, .total = total, .last = 1};

	g_ptr_array_add(alerts, &copies[0]);
	if (second != NULL) {
		copies[1] = *second;
		g_ptr_array_add(alerts, &copies[1]);
	}
	for (unsigned i = 0; i < alerts->len; i++) {
		g_auto(GStrv) ids = g_strsplit(copies[i].ids, " ", -1);

		news.count += g_strv_length(ids);
	}
	return alert_mail_write(with, &news);
}

/* Of `count` equal alerts, the last of them with four numbers, and of `cut`
 * more that the claim has left out. */
static char *write_many(unsigned count, int64_t cut)
{
	StoreAlert one = silent;
	StoreAlert four = expired;
	g_autoptr(GPtrArray) alerts = g_ptr_array_new();
	StoreAlertNews news = {.alerts = alerts, .last = 1};

	for (unsigned i = 1; i < count; i++)
		g_ptr_array_add(alerts, &one);
	g_ptr_array_add(alerts, &four);
	news.count = count + 3;
	news.total = news.count + cut;
	return alert_mail_write(&frame, &news);
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
	const StoreAlert *first;
	const StoreAlert *second;
	int64_t total;
	const char *mail;
} cases[] = {
	{&expired, NULL, 4,
		HEAD_BEFORE
		"Subject: TLS critical: the certificate has expired at 4 hosts "
		"of x.example\n" HEAD_BEHIND
		"The certificate has expired at 4 hosts of x.example. Senders "
		"withhold mail.\n\n"
		"CRITICAL: The certificate has expired\n"
		"  Domain      x.example\n"
		"  MX          mx1.x.example, m\303\274x\\x1b[2.x.example and "
		"2 more\n"
		"  Status      new\n"
		"  Since       2026-01-01, last reported for 2026-01-03\n"
		"  Failed      12 of 612 sessions\n"
		"  Mail        withheld in 5 of these sessions: the policy is "
		"enforced, so\n"
		"              senders try other MX hosts, retry for some "
		"days, and then\n"
		"              return the mail\n"
		"  Reported by Google Inc.\n"
		"  What to do  Renew it.\n"
		"  Acknowledge tlsreport alert ack 3-5 9\n" FOOT},
	{&silent, &over, 9,
		HEAD_BEFORE
		"Subject: TLS warning: a reporter has fallen silent about "
		"y.example: Some\n \\u202ebody\n" HEAD_BEHIND
		"A reporter has fallen silent about y.example: Some "
		"\\u202ebody.\n\n"
		"WARNING: A reporter has fallen silent\n"
		"  Domain      y.example\n"
		"  Reporter    Some \\u202ebody\n"
		"  Status      new\n"
		"  Since       2026-01-01, the first day without a report\n"
		"  Acknowledge tlsreport alert ack 7\n\n"
		"OVER: Sessions fail with odd\\r\\nBcc: everybody\n"
		"  Domain      z.example\n"
		"  MX          mx\n"
		"  Status      no longer reported, neither as broken nor as "
		"working\n"
		"  Days        2026-01-01\n"
		"  Failed      1 of 1 sessions\n\n"
		"And 7 more: see \"tlsreport alert list --all\".\n" FOOT},
	{&over, NULL, 3,
		HEAD_BEFORE
		"Subject: TLS over: sessions fail with odd\\r\\nBcc: "
		"everybody at mx, and 2\n more\n" HEAD_BEHIND
		"Over: sessions fail with odd\\r\\nBcc: everybody at mx. "
		"And 2 more are over.\n\n"
		"OVER: Sessions fail with odd\\r\\nBcc: everybody\n"
		"  Domain      z.example\n"
		"  MX          mx\n"
		"  Status      no longer reported, neither as broken nor as "
		"working\n"
		"  Days        2026-01-01\n"
		"  Failed      1 of 1 sessions\n\n"
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

/* What has no paragraph of its own, and what the subject says of it. */
static const struct {
	unsigned count;
	int64_t cut;
	const char *rest;
	const char *subject;
} many[] = {
	{ALERT_MAIL_MAX, 0, NULL, ", and 102 more\n"},
	{ALERT_MAIL_MAX, 1, "\nAnd 1 more: see", ", and 103 more\n"},
	{ALERT_MAIL_MAX + 1, 0, "\nAnd 4 more: see", ", and 103 more\n"},
	{ALERT_MAIL_MAX + 2, 7, "\nAnd 12 more: see", ", and 111 more\n"},
};

static void test_rest_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(many); i++) {
		g_autofree char *mail = write_many(many[i].count, many[i].cut);

		assert_non_null(strstr(mail, many[i].subject));
		if (many[i].rest != NULL)
			assert_non_null(strstr(mail, many[i].rest));
		else
			assert_null(strstr(mail, "\nAnd "));
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
	one = write_mail(&frame, &expired, NULL, 4);
	same = write_mail(&later, &expired, NULL, 4);
	other = write_mail(&frame, &silent, NULL, 1);
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
	mail = write_mail(&without, &expired, NULL, 4);
	assert_null(strstr(mail, "From:"));
	assert_non_null(strstr(mail, "@host.example>\n"));
}

static const struct {
	const char *ids;
	const char *ranges;
} ranges[] = {
	{"", ""},
	{"1", "1"},
	{"1 2", "1-2"},
	{"1 3", "1 3"},
	{"1 2 3 5 7 8", "1-3 5 7-8"},
};

static void test_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		g_autofree char *text = alert_text_write_ids(ranges[i].ids);

		assert_string_equal(text, ranges[i].ranges);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mails),
		cmocka_unit_test(test_rest_is_counted),
		cmocka_unit_test(test_message_id),
		cmocka_unit_test(test_without_sender),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
