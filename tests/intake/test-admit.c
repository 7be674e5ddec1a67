/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/admit.h"

#include <string.h>

#include "intake/reason.h"
#include "sql/error.h"
#include "sql/store-quarantine.h"
#include "tests/test.h"

/* What the database answers next. */
typedef enum {
	ANSWER_STORED,
	ANSWER_DUPLICATE,
	ANSWER_CONFLICT,
	ANSWER_REFUSED,
	ANSWER_UNAVAILABLE,
	ANSWER_COUNT,
} Answer;

struct Store {
	Answer answer;
	char *auth_domain;
	size_t calls;
};

/* Who asks, and whether it was told to store unauthenticated reports. */
static const struct {
	const char *name;
	bool unauthenticated;
} callers[] = {
	{"daemon", false},
	{"import", false},
	{"import --unauthenticated", true},
	{"quarantine retry", false},
	{"quarantine retry --unauthenticated", true},
};

typedef struct {
	bool foreign;
	bool is_signed;
	bool undecided;
	bool require;
	size_t caller;
	Answer answer;
} Combination;

enum {
	ANY = -1,
	DEADLINE = 7,
};

/* Read from the top: the first row that fits says what becomes of a report,
 * in the words of the log. `require` is what is left of the option after the
 * caller had its say. */
static const struct {
	int foreign;
	int is_signed;
	int undecided;
	int require;
	int answer;
	const char *fate;
} decisions[] = {
	{true, ANY, ANY, ANY, ANY, "foreign-domain"},
	{false, false, true, ANY, ANY, "dkim, later"},
	{false, false, false, true, ANY, "unauthenticated"},
	{false, true, ANY, ANY, ANSWER_STORED, "stored as signer.example"},
	{false, false, false, false, ANSWER_STORED, "stored as nobody"},
	{false, true, ANY, ANY, ANSWER_DUPLICATE,
		"duplicate of signer.example"},
	{false, false, false, false, ANSWER_DUPLICATE, "duplicate of nobody"},
	{false, ANY, ANY, ANY, ANSWER_CONFLICT, "conflict"},
	{false, ANY, ANY, ANY, ANSWER_REFUSED, "database-refused"},
	{false, ANY, ANY, ANY, ANSWER_UNAVAILABLE, "database, later"},
};

bool store_insert(Store *store, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	static const StoreOutcome outcomes[] = {
		[ANSWER_STORED] = STORE_OUTCOME_STORED,
		[ANSWER_DUPLICATE] = STORE_OUTCOME_DUPLICATE,
		[ANSWER_CONFLICT] = STORE_OUTCOME_CONFLICT,
	};

	store->calls++;
	assert_int_equal(report->deadline, DEADLINE);
	g_free(store->auth_domain);
	store->auth_domain = g_strdup(report->auth_domain);
	if (store->answer <= ANSWER_CONFLICT) {
		*outcome = outcomes[store->answer];
		return true;
	}
	g_set_error_literal(error, STORE_ERROR,
		store->answer == ANSWER_REFUSED ? STORE_ERROR_REFUSED
						: STORE_ERROR_UNAVAILABLE,
		"no");
	return false;
}

bool store_quarantine(Store *store, const StoreQuarantine *row, GError **error)
{
	(void)store;
	(void)error;
	assert_string_equal(row->reason, "conflict");
	assert_string_equal(row->message,
		"another report with the same report-id, period and policy "
		"domains is stored already");
	assert_string_equal(row->part_name, "a.json.gz");
	assert_int_equal(row->raw_size, 3);
	assert_memory_equal(row->raw, "raw", 3);
	assert_string_equal(row->signed_by[0], "signer.example");
	assert_string_equal(row->submitter, "mail.signer.example");
	assert_string_equal(row->envelope_sender, "a@b.example");
	assert_string_equal(row->queue_id, "4F2x1");
	assert_non_null(row->received_by);
	assert_int_equal(row->deadline, DEADLINE);
	return true;
}

static Report *make_report(void)
{
	static const char *const none[] = {NULL};
	static const ReportPolicy policy = {
		.policy_type = "sts",
		.policy_domain = "example.com",
		.policy_string = none,
		.mx_host = none,
	};
	Report *report = report_new();

	report->organization_name = "Org";
	report->report_id = "1";
	report->policies = &policy;
	report->policy_count = 1;
	report->remarks = none;
	return report;
}

static AdmitRules make_rules(const Combination *given)
{
	g_autoptr(Settings) settings = settings_new_default();
	static const char *const own[] = {"Example.COM", NULL};
	static const char *const other[] = {"example.net", NULL};
	const char *const *default_domains = settings->policy_domains;
	AdmitRules rules;

	settings->authentication = given->require
					   ? SETTINGS_AUTHENTICATION_REQUIRE
					   : SETTINGS_AUTHENTICATION_RECORD;
	settings->policy_domains = given->foreign ? other : own;
	admit_rules_init(&rules, settings);
	if (callers[given->caller].unauthenticated)
		rules.require_signature = false;
	settings->policy_domains = default_domains;
	return rules;
}

static Signers *make_signers(const Combination *given)
{
	Signers *signers = signers_new();

	signers_add_verified(signers, "stranger.example");
	signers_add_undecided(signers, "other.example");
	if (given->is_signed)
		signers_add_verified(signers, "signer.example");
	if (given->undecided)
		signers_add_undecided(signers, "signer.example");
	return signers;
}

static char *describe_error(const GError *error)
{
	return g_strconcat(reason_get_word(error),
		reason_is_final(error) ? "" : ", later", NULL);
}

static char *describe_stored(const Store *store, bool is_new)
{
	return g_strconcat(is_new ? "stored as " : "duplicate of ",
		*store->auth_domain != '\0' ? store->auth_domain : "nobody",
		NULL);
}

/* As each caller does it: admit, then store. */
static char *settle(const Combination *given)
{
	g_auto(AdmitRules) rules = make_rules(given);
	g_autoptr(Signers) signers = make_signers(given);
	g_autoptr(Report) report = make_report();
	g_autoptr(GError) error = NULL;
	const AdmitMail mail = {
		signers, "mail.signer.example", NULL, NULL, DEADLINE};
	Store store = {.answer = given->answer};
	const char *auth_domain = admit_report(&rules, &mail, report, &error);
	bool is_new = false;
	char *fate;

	if (auth_domain != NULL && admit_store(&store, &mail, report,
					   auth_domain, &is_new, &error))
		fate = describe_stored(&store, is_new);
	else
		fate = describe_error(error);
	g_free(store.auth_domain);
	return fate;
}

static bool fits(int wanted, int value)
{
	return wanted == ANY || wanted == value;
}

static const char *look_up(const Combination *given)
{
	bool require =
		given->require && !callers[given->caller].unauthenticated;

	for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++) {
		if (fits(decisions[i].foreign, given->foreign) &&
			fits(decisions[i].is_signed, given->is_signed) &&
			fits(decisions[i].undecided, given->undecided) &&
			fits(decisions[i].require, require) &&
			fits(decisions[i].answer, (int)given->answer))
			return decisions[i].fate;
	}
	return NULL;
}

static void check(const Combination *given)
{
	g_autofree char *fate = settle(given);

	if (g_strcmp0(fate, look_up(given)) != 0)
		fail_msg("%s: foreign %d signed %d undecided %d require %d "
			 "answer %d: %s, not %s",
			callers[given->caller].name, given->foreign,
			given->is_signed, given->undecided, given->require,
			(int)given->answer, fate, look_up(given));
}

static void test_every_combination(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 16; bits++) {
		Combination given = {
			.foreign = bits & 1,
			.is_signed = bits & 2,
			.undecided = bits & 4,
			.require = bits & 8,
		};

		for (given.caller = 0; given.caller < G_N_ELEMENTS(callers);
			given.caller++) {
			for (given.answer = 0; given.answer < ANSWER_COUNT;
				given.answer++)
				check(&given);
		}
	}
}

static void test_no_policy_domains_admit_all(void **state)
{
	g_autoptr(Settings) settings = settings_new_default();
	g_auto(AdmitRules) rules = {0};
	g_autoptr(Signers) signers = signers_new();
	g_autoptr(Report) report = make_report();
	const AdmitMail mail = {signers, NULL, NULL, NULL};
	g_autoptr(GError) error = NULL;

	(void)state;
	admit_rules_init(&rules, settings);
	assert_string_equal(admit_report(&rules, &mail, report, &error), "");
	rules.require_signature = true;
	assert_null(admit_report(&rules, &mail, report, &error));
	assert_string_equal(error->message,
		"it has no valid DKIM signature of its reporter, and does not "
		"say who that is");
}

static void test_quarantine(void **state)
{
	static const char *const signed_by[] = {"signer.example", NULL};
	g_autoptr(Signers) signers = signers_new_verified(signed_by);
	g_autoptr(GBytes) raw = g_bytes_new("raw", 3);
	g_autoptr(GError) why = NULL;
	char name[] = "a.json.gz";
	const AdmitMail mail = {signers, "mail.signer.example", "a@b.example",
		"4F2x1", DEADLINE};
	const ParsedPart part = {.name = name, .raw = raw};
	bool is_new;

	(void)state;
	assert_false(
		admit_check_outcome(STORE_OUTCOME_CONFLICT, &is_new, &why));
	assert_true(admit_quarantine(NULL, &mail, &part, why, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_no_policy_domains_admit_all),
		cmocka_unit_test(test_quarantine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
