/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <glib/gstdio.h>
#include <string.h>

#include "milter/allowance.h"
#include "milter/log.h"
#include "sql/error.h"
#include "sql/store-insert.h"
#include "sql/store-quarantine.h"
#include "tests/conf/settings-file.h"
#include "tests/test.h"

#define HEAD                                                                   \
	"From: tls@reporter.example\r\nTLS-Report-Domain: site.example\r\n"    \
	"TLS-Report-Submitter: reporter.example\r\n"                           \
	"Content-Type: multipart/report; boundary=b\r\n\r\n"
#define PART(json)                                                             \
	"--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n" json "\r\n"
#define REPORT(id)                                                             \
	PART("{\"organization-name\":\"Org\",\"report-id\":\"" id              \
	     "\",\"contact-info\":\"tls@reporter.example\",\"date-range\":"    \
	     "{\"start-datetime\":\"2026-01-20T00:00:00Z\","                   \
	     "\"end-datetime\":\"2026-01-20T23:59:59Z\"},\"policies\":[]}")
#define END "--b--\r\n"
#define SIGNED                                                                 \
	"Authentication-Results: mx.example; dkim=pass "                       \
	"header.d=reporter.example\r\n"                                        \
	"DKIM-Signature: v=1; d=reporter.example; s=s; h=content-type; "       \
	"b=x\r\n"
#define UNDECIDED                                                              \
	"Authentication-Results: mx.example; dkim=temperror "                  \
	"header.d=reporter.example\r\n"                                        \
	"DKIM-Signature: v=1; d=reporter.example; s=s; h=content-type; "       \
	"b=x\r\n"

/* What the database has been told, in words: "REPORT-ID by SIGNER" and
 * "quarantine REASON of PART", with a comma after each. It answers by the
 * report-id, and not at all while it is away. */
struct Store {
	GString *said;
	bool away;
};

static struct Store store;
static GString *lines;

static bool is_here(GError **error)
{
	if (store.away)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_UNAVAILABLE, "away");
	return !store.away;
}

bool store_insert(Store *unused, const StoreReport *report,
	StoreOutcome *outcome, GError **error)
{
	const char *id = report->report->report_id;

	(void)unused;
	if (!is_here(error))
		return false;
	g_string_append_printf(
		store.said, "%s by %s,", id, report->auth_domain);
	*outcome = STORE_OUTCOME_STORED;
	if (strcmp(id, "duplicate") == 0)
		*outcome = STORE_OUTCOME_DUPLICATE;
	if (strcmp(id, "conflict") == 0)
		*outcome = STORE_OUTCOME_CONFLICT;
	if (strcmp(id, "refused") == 0)
		g_set_error_literal(
			error, STORE_ERROR, STORE_ERROR_REFUSED, "too odd");
	return strcmp(id, "refused") != 0;
}

bool store_quarantine(Store *unused, const StoreQuarantine *row, GError **error)
{
	(void)unused;
	if (!is_here(error))
		return false;
	g_string_append_printf(store.said, "quarantine %s of %s,", row->reason,
		row->part_name);
	return true;
}

void log_message(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	g_string_append_vprintf(lines, format, arguments);
	va_end(arguments);
	g_string_append_c(lines, '\n');
}

typedef enum {
	NOTHING = 0,
	REQUIRE = 1,
	TEMPFAIL = 2,
	AWAY = 4,
	FEW = 8,
} Circumstances;

/* `line` is the beginning of the first log line. */
static const struct {
	const char *mail;
	int circumstances;
	Outcome outcome;
	const char *said;
	const char *line;
} cases[] = {
	{HEAD REPORT("a") END, NOTHING, OUTCOME_STORED, "a by ,",
		"Q1: stored domain=\"\" org=\"Org\" report-id=\"a\""},
	{SIGNED HEAD REPORT("a") END, NOTHING, OUTCOME_STORED,
		"a by reporter.example,", "Q1: stored "},
	{HEAD REPORT("duplicate") END, NOTHING, OUTCOME_DUPLICATE,
		"duplicate by ,", "Q1: duplicate "},
	{HEAD REPORT("conflict") END, NOTHING, OUTCOME_CONFLICT,
		"conflict by ,quarantine conflict of part 3,",
		"Q1: conflict reason=conflict part=\"part 3\""},
	{HEAD REPORT("refused") END, NOTHING, OUTCOME_REFUSED,
		"refused by ,quarantine database-refused of part 3,",
		"Q1: refused reason=database-refused "},
	{HEAD REPORT("a") END, REQUIRE, OUTCOME_REFUSED,
		"quarantine unauthenticated of part 3,",
		"Q1: refused reason=unauthenticated "},
	{SIGNED HEAD REPORT("a") END, REQUIRE, OUTCOME_STORED,
		"a by reporter.example,", "Q1: stored "},
	{HEAD PART("{") END, NOTHING, OUTCOME_REFUSED,
		"quarantine bad-json of part 3,",
		"Q1: refused reason=bad-json "},
	{"Subject: Hello\r\n\r\nHello\r\n", NOTHING, OUTCOME_NO_REPORT, "", ""},

	/* The worst of several counts. */
	{HEAD REPORT("a") REPORT("duplicate") END, NOTHING, OUTCOME_DUPLICATE,
		"a by ,duplicate by ,", "Q1: stored "},
	{HEAD REPORT("a") PART("{") END, NOTHING, OUTCOME_REFUSED,
		"a by ,quarantine bad-json of part 4,", "Q1: stored "},

	/* What cannot be stored now is kept, and where it cannot be kept the
	 * sender keeps it. */
	{HEAD REPORT("a") END, AWAY, OUTCOME_SPOOLED, "",
		"Q1: spooled reason=database part=\"message\""},
	{HEAD PART("{") END, AWAY, OUTCOME_SPOOLED, "", "Q1: spooled "},
	{HEAD REPORT("a") END, AWAY | TEMPFAIL, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=database "},
	{UNDECIDED HEAD REPORT("a") END, NOTHING, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=dkim "},
	{UNDECIDED HEAD REPORT("a") END, AWAY, OUTCOME_UNAVAILABLE, "",
		"Q1: unavailable reason=dkim "},
	/* A report of somebody else's does not wait for that signature. */
	{UNDECIDED "Subject: Hello\r\n\r\nHello\r\n", NOTHING,
		OUTCOME_NO_REPORT, "", ""},
};

static Snapshot *make_snapshot(int circumstances)
{
	g_autofree char *text = g_strconcat(SETTINGS_FILE_ADDRESS,
		"dkim = authres\ntrusted_authserv_id = mx.example\n"
		"max_report_age = 36500\n",
		circumstances & REQUIRE ? "authentication = require\n" : "",
		circumstances & TEMPFAIL ? "on_store_failure = tempfail\n" : "",
		circumstances & FEW ? "max_untrusted_rows = 1000\n" : "", NULL);

	return snapshot_new(settings_file_load(text, NULL));
}

typedef struct {
	char *directory;
	Spool *spool;
	Intake *intake;
} Place;

static Message *make_message(const char *mail, int circumstances)
{
	Message *message = message_new();

	message_begin(message, make_snapshot(circumstances), "<a@b.example>");
	message_add_body(message, (const uint8_t *)mail, strlen(mail));
	return message;
}

static void reset(int circumstances)
{
	g_string_truncate(store.said, 0);
	g_string_truncate(lines, 0);
	store.away = circumstances & AWAY;
}

static guint count_spooled(const Place *place)
{
	g_autoptr(GPtrArray) entries = spool_list(place->spool, NULL);

	return entries->len;
}

static void test_outcomes(void **state)
{
	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Message) message =
			make_message(cases[i].mail, cases[i].circumstances);
		guint before = count_spooled(place);
		Outcome outcome;

		reset(cases[i].circumstances);
		outcome = intake_message(place->intake, message, "Q1");
		if (outcome != cases[i].outcome ||
			strcmp(store.said->str, cases[i].said) != 0 ||
			!g_str_has_prefix(lines->str, cases[i].line))
			fail_msg("row %zu: %d, \"%s\", %s", i, (int)outcome,
				store.said->str, lines->str);
		assert_int_equal(count_spooled(place) - before,
			outcome == OUTCOME_SPOOLED);
	}
}

/* A message that was not collected is no lost one. */
static void test_dropped_content(void **state)
{
	const Place *place = *state;
	g_autoptr(Message) message = make_message("", NOTHING);

	g_clear_pointer(&message->content, g_byte_array_unref);
	message->too_big = true;
	reset(NOTHING);
	assert_int_equal(
		intake_message(place->intake, message, NULL), OUTCOME_REFUSED);
	assert_string_equal(
		store.said->str, "quarantine message-too-big of message,");
	assert_true(g_str_has_prefix(lines->str, "NOQUEUE: refused "));
	message->too_big = false;
	message->crowded_out = true;
	reset(NOTHING);
	assert_int_equal(intake_message(place->intake, message, "Q1"),
		OUTCOME_UNAVAILABLE);
	assert_true(g_str_has_prefix(
		lines->str, "Q1: unavailable reason=crowded "));
	assert_string_equal(store.said->str, "");
}

static SpoolMessage *read_spooled(const Place *place, const char *mail)
{
	g_autoptr(Message) message = make_message(mail, NOTHING);
	g_autoptr(GPtrArray) entries = NULL;
	SpoolMessage *spooled;

	reset(AWAY);
	assert_int_equal(
		intake_message(place->intake, message, "Q1"), OUTCOME_SPOOLED);
	entries = spool_list(place->spool, NULL);
	spooled = spool_read(place->spool, entries->pdata[0], NULL);
	assert_true(spool_remove(place->spool, entries->pdata[0], NULL));
	return spooled;
}

/* The spool remembers who has signed; the mail is not asked again. */
static void test_replay(void **state)
{
	const Place *place = *state;
	g_autoptr(SpoolMessage) message =
		read_spooled(place, SIGNED HEAD REPORT("a") END);
	g_autoptr(GError) error = NULL;

	assert_string_equal(message->queue_id, "Q1");
	assert_string_equal(message->sender, "a@b.example");
	assert_string_equal(message->signed_by[0], "reporter.example");
	assert_false(intake_replay(place->intake, message, &error));
	assert_true(
		g_error_matches(error, STORE_ERROR, STORE_ERROR_UNAVAILABLE));
	assert_int_equal(count_spooled(place), 0);
	reset(NOTHING);
	assert_true(intake_replay(place->intake, message, NULL));
	assert_string_equal(store.said->str, "a by reporter.example,");
}

static SpoolMessage *make_spooled(const char *mail)
{
	SpoolMessage *message = g_new0(SpoolMessage, 1);

	message->queue_id = g_strdup("H1");
	message->envelope.queue_id = message->queue_id;
	message->envelope.received = g_get_real_time() / G_USEC_PER_SEC;
	message->envelope.over_https = true;
	message->message = g_bytes_new(mail, strlen(mail));
	return message;
}

/* Anybody can have written what is in it, also what a filter would write. */
static void test_over_https(void **state)
{
	static const struct {
		const char *mail;
		const char *said;
		const char *line;
	} messages[] = {
		{SIGNED HEAD REPORT("a") END, "a by ,", "H1: stored "},
		{HEAD PART("{") END, "quarantine bad-json of part 3,",
			"H1: refused "},
		{"Subject: x\r\n\r\nx", "", "H1: no-report "},
	};
	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(SpoolMessage) message =
			make_spooled(messages[i].mail);

		reset(NOTHING);
		assert_true(intake_replay(place->intake, message, NULL));
		assert_string_equal(store.said->str, messages[i].said);
		assert_true(g_str_has_prefix(lines->str, messages[i].line));
		assert_non_null(strstr(lines->str, " channel=https ms="));
	}
}

/* Whoever writes into the spool can call a message what he likes. */
static void test_odd_name(void **state)
{
	static const struct {
		const char *name;
		const char *line;
	} names[] = {
		{"H1\nH2: stored", "H1?H2??stored: refused "},
		{NULL, "NOQUEUE: refused "},
	};
	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(SpoolMessage) message =
			make_spooled(HEAD PART("{") END);

		message->envelope.queue_id = names[i].name;
		reset(NOTHING);
		assert_true(intake_replay(place->intake, message, NULL));
		assert_true(g_str_has_prefix(lines->str, names[i].line));
	}
}

/* Strangers keep what they have too much of: it cannot fill the spool. */
static void test_flood(void **state)
{
	const Place *place = *state;
	const ReportPolicy policy = {.failure_count = 1000};
	const Report huge = {.policies = &policy, .policy_count = 1};
	g_autoptr(Message) message = make_message(HEAD REPORT("a") END, FEW);

	allowance_count("", false, &huge);
	reset(NOTHING);
	assert_int_equal(intake_message(place->intake, message, "Q1"),
		OUTCOME_UNAVAILABLE);
	assert_true(g_str_has_prefix(lines->str, "flood: "));
	assert_non_null(strstr(lines->str, "Q1: unavailable reason=flood "));
	assert_string_equal(store.said->str, "");
	assert_int_equal(count_spooled(place), 0);
}

/* What is stored counts, and only once. */
static void test_rows_are_counted(void **state)
{
	const Place *place = *state;
	g_autoptr(Message) first = make_message(HEAD REPORT("a") END, NOTHING);
	g_autoptr(Message) again =
		make_message(HEAD REPORT("duplicate") END, NOTHING);
	int64_t before = 1;

	reset(NOTHING);
	while (!allowance_permits("", false, before))
		before++;
	intake_message(place->intake, again, "Q1");
	assert_true(allowance_permits("", false, before));
	intake_message(place->intake, first, "Q1");
	assert_false(allowance_permits("", false, before));
}

static void test_queue_id(void **state)
{
	const Place *place = *state;
	g_autoptr(Message) message =
		make_message(HEAD REPORT("a") END, NOTHING);

	reset(NOTHING);
	intake_message(place->intake, message, "4F2x1:\nQ2\x1b[m");
	assert_true(g_str_has_prefix(lines->str, "4F2x1??Q2??m: stored "));
}

static int set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	parser_init();
	store.said = g_string_new(NULL);
	lines = g_string_new(NULL);
	place->directory = g_dir_make_tmp("tlsrpt-intake-XXXXXX", NULL);
	place->spool = spool_open(place->directory, NULL);
	place->intake = intake_new(&store, place->spool, 2);
	snapshot_set_current(make_snapshot(NOTHING));
	*state = place;
	return 0;
}

static void remove_place(const char *directory)
{
	static const char *const places[] = {"tmp", "new", "corrupt", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path =
			g_build_filename(directory, places[i], NULL);

		g_rmdir(path);
	}
}

static int tear_down(void **state)
{
	Place *place = *state;
	g_autoptr(GPtrArray) entries = spool_list(place->spool, NULL);

	for (guint i = 0; i < entries->len; i++)
		spool_remove(place->spool, entries->pdata[i], NULL);
	intake_free(place->intake);
	spool_close(place->spool);
	remove_place(place->directory);
	g_free(place->directory);
	g_free(place);
	snapshot_set_current(NULL);
	g_string_free(store.said, TRUE);
	g_string_free(lines, TRUE);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_outcomes),
		TEST(test_dropped_content),
		TEST(test_replay),
		TEST(test_over_https),
		TEST(test_odd_name),
		TEST(test_flood),
		TEST(test_rows_are_counted),
		TEST(test_queue_id),
	};

	return cmocka_run_group_tests(
		tests, settings_file_enter, settings_file_leave);
}
