/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains as the probe sees them, and the steps that follow: NAME.txt. */
#include <glib.h>
#include <string.h>

#include "cli/setup/error.h"
#include "cli/setup/plan.h"
#include "cli/setup/print.h"
#include "cli/setup/step.h"
#include "probe/judge.h"
#include "tests/cli/setup/golden.h"

/* 2027-01-15 08:00 UTC. */
#define NOW 1800000000

#define TLSRPT "v=TLSRPTv1; rua=mailto:tls@example.com"
#define HTTPS "https://mx1.example.com/tls-reports-in"
#define STS "v=STSv1; id=1"
#define POLICY(mode, age)                                                      \
	"version: STSv1\nmode: " mode "\nmx: mx1.example.com\nmax_age: " age   \
	"\n"

/* NULL is not published. `dane` hosts have TLSA records. A policy comes from a
 * host with an address, and `status` is what that answers, 0 for 200. */
typedef struct {
	const char *name;
	const char *domain;
	const char *mx[3];
	const char *tlsrpt;
	const char *sts;
	const char *policy;
	long status;
	PolicyStsMode mode;
	SetupServer server;
	ReportEndpointOutcome https_outcome;
	bool dane;
	const char *addresses[3];
	const char *report_addresses[3];
	const char *policy_domains[3];
	const char *https;
	const char *https_spool;
} Case;

static void add_host(DomainView *view, const char *host, bool dane)
{
	MailExchanger *exchanger = mail_exchanger_new(host);

	exchanger->found.outcome = RESOLVER_FOUND;
	exchanger->tlsa_outcome = dane ? RESOLVER_FOUND : RESOLVER_NO_DATA;
	if (dane) {
		g_autoptr(GBytes) record =
			g_bytes_new_static("\3\1\1"
					   "0123456789abcdef0123456789abcdef",
				35);

		g_ptr_array_add(exchanger->tlsas, tlsa_parse(record));
		exchanger->tlsa_name = g_strconcat("_25._tcp.", host, NULL);
	}
	domain_view_add_mx(view, 10, exchanger);
}

static void set_record(TxtRecord *record, TxtRecordFields *fields,
	TxtRecordKind kind, const char *text)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	if (text != NULL)
		g_ptr_array_add(texts, g_strdup(text));
	txt_record_choose(record, kind, texts);
	record->outcome = text != NULL ? RESOLVER_FOUND : RESOLVER_NO_NAME;
	if (record->matching != 1)
		return;
	if (kind == TXT_RECORD_STS)
		txt_record_parse_sts(record->text, fields);
	else
		txt_record_parse_tlsrpt(record->text, fields);
}

static void set_policy(DomainView *view, const Case *one)
{
	StsFetch *fetch;

	view->policy_host.outcome = RESOLVER_NO_NAME;
	if (one->policy == NULL && one->status == 0)
		return;
	fetch = sts_fetch_new("192.0.2.1");
	g_ptr_array_add(view->fetches, fetch);
	view->policy_host.outcome = RESOLVER_FOUND;
	fetch->status = one->status;
	fetch->outcome = one->status != 0 ? STS_FETCH_STATUS : STS_FETCH_DONE;
	if (one->status != 0)
		return;
	fetch->media_type = g_strdup("text/plain");
	fetch->body = g_byte_array_new();
	g_byte_array_append(fetch->body, (const guint8 *)one->policy,
		(guint)strlen(one->policy));
	sts_policy_parse(one->policy, strlen(one->policy), &view->policy);
	view->has_policy = true;
}

static void add_mailbox(DomainView *view, const char *uri)
{
	char *address = report_mailbox_get_address(uri);
	ReportMailbox *mailbox;

	if (address == NULL)
		return;
	mailbox = g_new0(ReportMailbox, 1);
	mailbox->address = address;
	mailbox->takes_mail = true;
	g_ptr_array_add(view->mailboxes, mailbox);
}

static DomainView *make_view(const Case *one)
{
	const JudgeOptions options = {.our_addresses = one->report_addresses};
	DomainView *view = domain_view_new(
		one->domain != NULL ? one->domain : "example.com", NOW);

	view->no_smtp = true;
	for (size_t i = 0; one->mx[i] != NULL; i++)
		add_host(view, one->mx[i], one->dane);
	set_record(&view->tlsrpt, &view->tlsrpt_fields, TXT_RECORD_TLSRPT,
		one->tlsrpt);
	for (char **uri = view->tlsrpt_fields.values;
		uri != NULL && *uri != NULL; uri++)
		add_mailbox(view, *uri);
	if (one->https_outcome != REPORT_ENDPOINT_UNKNOWN) {
		ReportEndpoint *endpoint = report_endpoint_new(one->https);

		endpoint->outcome = one->https_outcome;
		g_ptr_array_add(view->endpoints, endpoint);
	}
	set_record(&view->sts, &view->sts_fields, TXT_RECORD_STS, one->sts);
	set_policy(view, one);
	judge_domain(view, &options);
	return view;
}

static GPtrArray *make_plan(
	const Case *one, const DomainView *view, GError **error)
{
	g_auto(SetupHttps) https = {0};
	const Settings settings = {
		.https_spool_directory =
			one->https_spool != NULL ? one->https_spool : "",
		.report_addresses = one->report_addresses,
		.policy_domains = one->policy_domains,
	};
	const SetupPlanWish wish = {
		.mode = one->mode,
		.server = one->server,
		.https_port = 443,
		.addresses = one->addresses,
		.https = one->https != NULL ? &https : NULL,
		.settings = &settings,
		.settings_path = "/etc/tlsrpt-milter.conf",
	};
	PolicyStsMode mode;

	if (one->https != NULL)
		assert_true(setup_https_read(one->https, &https, NULL));
	return setup_plan_make(&wish, view, &mode, error);
}

static const Case cases[] = {
	{"new", NULL, {"mx1.example.com", "mx2.example.com"},
		.addresses = {"192.0.2.1", "2001:db8::1"}},
	{"new-nginx", NULL, {"mx1.example.com"}, .server = SETUP_SERVER_NGINX,
		.report_addresses = {"@example.net", "tls+a!b@example.net"},
		.policy_domains = {"example.net"}},
	{"dane", NULL, {"mx1.example.com", "mx.example.net"}, .dane = true,
		.tlsrpt = TLSRPT},
	{"half", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .status = 404,
		.report_addresses = {"tls@example.org"}},
	{"right", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("testing", "100000"),
		.report_addresses = {"@example.com"}},
	{"wildcard", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .sts = STS,
		.policy = "version: STSv1\nmode: testing\nmx: *.example.com\n"
			  "max_age: 86400\n"},
	{"https", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT,
		.https = "https://mx1.example.com/tls-reports?a,b!",
		.report_addresses = {"tls@example.com"}},
	{"https-nginx", NULL, {"mx1.example.com"},
		.tlsrpt = "v=TLSRPTv1; rua=" HTTPS ",mailto:tls@example.com",
		.https = HTTPS, .server = SETUP_SERVER_NGINX,
		.https_spool = "/srv/https",
		.report_addresses = {"tls@example.com"},
		.policy_domains = {"example.net"}},
	{"https-right", NULL, {"mx1.example.com"},
		.tlsrpt = "v=TLSRPTv1; rua=mailto:tls@example.com," HTTPS,
		.https = HTTPS, .https_spool = "/var/spool/tlsrpt-https",
		.https_outcome = REPORT_ENDPOINT_READY,
		.report_addresses = {"tls@example.com"},
		.policy_domains = {"example.com"}},
	{"enforce", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("testing", "86401"),
		.mode = POLICY_STS_ENFORCE},
	{"enforced", NULL, {"mx1.example.com", "mx2.example.com"},
		.tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("enforce", "2000000")},
	{"back", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("enforce", "604800"),
		.mode = POLICY_STS_TESTING},
	{"none", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("enforce", "604800"), .mode = POLICY_STS_NONE},
	{"none-again", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT,
		.sts = "v=STSv1; id=20270101T080000Z",
		.policy = POLICY("none", "86401"), .mode = POLICY_STS_NONE},
	{"none-long-ago", NULL, {"mx1.example.com"}, .tlsrpt = TLSRPT,
		.sts = "v=STSv1; id=20250101T080000Z",
		.policy = POLICY("none", "86401"), .mode = POLICY_STS_NONE},
	{"none-without", NULL, {"mx1.example.com"}, .mode = POLICY_STS_NONE},
};

static const TextStyle style = {.width = 80};

static void test_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(DomainView) view = make_view(&cases[i]);
		g_autoptr(GPtrArray) steps = make_plan(&cases[i], view, &error);
		g_autofree char *file =
			g_strconcat(cases[i].name, ".txt", NULL);
		g_autofree char *text = NULL;

		if (steps == NULL)
			fail_msg("%s: %s", cases[i].name, error->message);
		text = setup_print_text(steps, &style);
		golden_compare(file, text);
	}
}

static void test_json(void **state)
{
	g_autoptr(DomainView) view = make_view(&cases[0]);
	g_autoptr(GPtrArray) steps = make_plan(&cases[0], view, NULL);
	g_autofree char *text = setup_print_json(steps);

	(void)state;
	golden_compare("new.json", text);
}

/* Of what is published, nothing gets into a file that could be more than it
 * is. */
static const struct {
	Case domain;
	int code;
	const char *message;
} refusals[] = {
	{{"mx with a line", NULL, {"mx\nmode: none"}}, SETUP_ERROR_NAME,
		"The MX host \"mx\\x0amode: none\" is not"},
	{{"mx as the probe writes it", NULL, {"mx\\010x.example.com"}},
		SETUP_ERROR_NAME, "The MX host \"mx\\\\010x.example.com\""},
	{{"domain", "a\n}.example", {"mx1.example.com"}}, SETUP_ERROR_NAME,
		"The domain \"a\\x0a}.example\""},
	{{"option", "-x.example", {"mx1.example.com"}}, SETUP_ERROR_NAME,
		"The domain \"-x.example\""},
	{{"enforce at once", NULL, {"mx1.example.com"},
		 .mode = POLICY_STS_ENFORCE},
		SETUP_ERROR_REFUSED,
		"example.com: senders see no policy yet, and nobody knows "
		"what would fail: begin with tlsreport setup --mode testing "
		"example.com"},
	{{"enforce after none", NULL, {"mx1.example.com"}, .sts = STS,
		 .policy = POLICY("none", "86401"), .mode = POLICY_STS_ENFORCE},
		SETUP_ERROR_REFUSED, "example.com: senders see no policy yet"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(DomainView) view = make_view(&refusals[i].domain);

		if (make_plan(&refusals[i].domain, view, &error) != NULL)
			fail_msg("%s", refusals[i].domain.name);
		assert_true(
			g_error_matches(error, SETUP_ERROR, refusals[i].code));
		if (!g_str_has_prefix(error->message, refusals[i].message))
			fail_msg("%s", error->message);
	}
}

typedef enum {
	TAKES_NONE,
	IS_MISSING,
	HAS_MANY,
	FAILS,
	IS_FORGED,
	STS_FAILS,
	HAS_NO_ROUTE,
} Trouble;

static const struct {
	Trouble trouble;
	int code;
} troubles[] = {
	{TAKES_NONE, SETUP_ERROR_REFUSED},
	{IS_MISSING, SETUP_ERROR_REFUSED},
	{HAS_MANY, SETUP_ERROR_REFUSED},
	{FAILS, SETUP_ERROR_UNKNOWN},
	{IS_FORGED, SETUP_ERROR_UNKNOWN},
	{STS_FAILS, SETUP_ERROR_UNKNOWN},
	{HAS_NO_ROUTE, SETUP_ERROR_UNKNOWN},
};

static void make_trouble(DomainView *view, Trouble trouble)
{
	StsFetch *fetch = view->fetches->pdata[0];

	view->null_mx = trouble == TAKES_NONE;
	view->cut = trouble == HAS_MANY;
	if (trouble == IS_MISSING)
		view->outcome = RESOLVER_NO_NAME;
	else if (trouble == FAILS)
		view->outcome = RESOLVER_FAILED;
	else if (trouble == IS_FORGED)
		view->outcome = RESOLVER_BOGUS;
	else if (trouble == STS_FAILS)
		view->sts.outcome = RESOLVER_FAILED;
	else if (trouble == HAS_NO_ROUTE)
		fetch->outcome = STS_FETCH_NO_ROUTE;
}

static void test_troubles(void **state)
{
	static const Case fine = {"fine", NULL, {"mx1.example.com"},
		.tlsrpt = TLSRPT, .sts = STS,
		.policy = POLICY("testing", "86401")};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(troubles); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(DomainView) view = make_view(&fine);

		make_trouble(view, troubles[i].trouble);
		assert_null(make_plan(&fine, view, &error));
		assert_true(
			g_error_matches(error, SETUP_ERROR, troubles[i].code));
	}
}

/* What a record has beside our address stays, if it is a URI and no more. */
static void test_hostile_record(void **state)
{
	static const Case hostile = {"hostile", NULL, {"mx1.example.com"},
		.tlsrpt = "v=TLSRPTv1; rua=mailto:${HOME}\"@example.net,"
			  "https://example.net/\"\nx,https://example.net/y",
		.report_addresses = {"tls@example.com"}};
	g_autoptr(DomainView) view = make_view(&hostile);
	g_autoptr(GPtrArray) steps = make_plan(&hostile, view, NULL);
	g_autofree char *zone =
		setup_step_get_file(steps, SETUP_PLAN_ZONE_FILE);

	(void)state;
	assert_string_equal(zone,
		"_smtp._tls.example.com. IN TXT \"v=TLSRPTv1; "
		"rua=mailto:tls@example.com,https://example.net/y\"\n"
		"_mta-sts.example.com. IN TXT \"v=STSv1; "
		"id=20270115T080000Z\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_troubles),
		cmocka_unit_test(test_hostile_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
