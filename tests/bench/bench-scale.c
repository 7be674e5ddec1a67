/* SPDX-License-Identifier: BSD-2-Clause */
/* Stores reports of one day, as a site with many domains gets them, over four
 * connections: each domain has ten reporters, and each of them one report.
 * Prints how many were stored. RATE reports a second, or 0: as many as can be;
 * the first has the number FIRST.
 * Usage: bench-scale CONNINFO SECONDS RATE FIRST */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/parser.h"
#include "parser/report-write.h"
#include "sql/store-insert.h"

enum {
	THREADS = 4,
	REPORTERS = 10,
	/* Of a hundred reports. */
	CLEAN = 90,
	HUGE = 1,
	POLICIES_MOST = 3,
	FAILURES_MOST = 20,
	FAILURES_HUGE = 500,
};

static const char head_format[] =
	"{\"organization-name\": \"Reporter %u\", \"contact-info\": "
	"\"tls@reporter%u.example\", \"report-id\": "
	"\"%s_d%u.example.net_%u\", \"date-range\": {\"start-datetime\": "
	"\"%sT00:00:00Z\", \"end-datetime\": \"%sT23:59:59Z\"}, \"policies\": "
	"[";

static const char policy_format[] =
	"%s{\"policy\": {\"policy-type\": \"%s\", \"policy-string\": "
	"[\"version: STSv1\", \"mode: enforce\", \"mx: *.d%u.example.net\", "
	"\"max_age: 604800\"], \"policy-domain\": \"d%u.example.net\", "
	"\"mx-host\": [\"*.d%u.example.net\"]}, \"summary\": "
	"{\"total-successful-session-count\": %u, "
	"\"total-failure-session-count\": %u}, \"failure-details\": [";

static const char failure_format[] =
	"%s{\"result-type\": \"certificate-expired\", \"sending-mta-ip\": "
	"\"192.0.2.%u\", \"receiving-mx-hostname\": "
	"\"mx%u.d%u.example.net\", \"receiving-ip\": \"198.51.100.%u\", "
	"\"failed-session-count\": 1}";

static const char *const policy_types[POLICIES_MOST] = {
	"sts", "tlsa", "no-policy-found"};

typedef struct {
	Store *store;
	int64_t start;
	int64_t end;
	int64_t rate;
	unsigned first;
	char day[sizeof("2026-01-01")];
	unsigned taken;
	unsigned stored;
} Replay;

static void die(const char *message)
{
	fprintf(stderr, "bench-scale: %s\n", message);
	exit(EXIT_FAILURE);
}

static void add_policy(
	GString *text, unsigned number, unsigned domain, unsigned failures)
{
	g_string_append_printf(text, policy_format, number > 0 ? ", " : "",
		policy_types[number], domain, domain, domain,
		100 + domain % 5000, failures);
	for (unsigned i = 0; i < failures; i++)
		g_string_append_printf(text, failure_format, i > 0 ? ", " : "",
			i % 250, i % 3, domain, i % 3);
	g_string_append(text, "]}");
}

static char *make_text(const char *day, unsigned serial)
{
	unsigned domain = serial / REPORTERS;
	unsigned reporter = serial % REPORTERS;
	unsigned kind = serial * 61U % 100;
	unsigned policies = 1;
	unsigned failures = 0;
	GString *text = g_string_new(NULL);

	if (kind >= 100 - HUGE) {
		failures = FAILURES_HUGE;
	} else if (kind >= CLEAN) {
		policies = 1 + serial % POLICIES_MOST;
		failures = 1 + serial % FAILURES_MOST;
	}
	g_string_append_printf(text, head_format, reporter, reporter, day,
		domain, reporter, day, day);
	for (unsigned i = 0; i < policies; i++)
		add_policy(text, i, domain, i == 0 ? failures : 0);
	g_string_append(text, "]}");
	return g_string_free(text, FALSE);
}

static void store_one(Replay *replay, unsigned serial)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autofree char *text = make_text(replay->day, serial);
	g_autofree char *signer =
		g_strdup_printf("reporter%u.example", serial % REPORTERS);
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message =
		parser_parse_file((const uint8_t *)text, strlen(text), NULL,
			&limits, g_get_real_time() / G_USEC_PER_SEC, &error);
	StoreReport report = {
		.auth_domain = signer, .received_by = "mx.example.net"};
	const ParsedPart *part;
	StoreOutcome outcome;

	if (message == NULL)
		die(error->message);
	part = message->parts->pdata[0];
	if (part->report == NULL)
		die(part->error->message);
	report.report = part->report;
	report_write_digest(report.report, report.digest);
	if (!store_insert(replay->store, &report, &outcome, &error))
		die(error->message);
	if (outcome == STORE_OUTCOME_STORED)
		g_atomic_int_inc(&replay->stored);
}

/* Waits until it is the turn of a report. */
static bool wait_for_turn(const Replay *replay, unsigned serial)
{
	int64_t now = g_get_monotonic_time();
	int64_t turn = now;

	if (replay->rate > 0)
		turn = replay->start +
		       (int64_t)serial * G_USEC_PER_SEC / replay->rate;
	if (turn > now && turn < replay->end)
		g_usleep((gulong)(turn - now));
	return MAX(turn, now) < replay->end;
}

static void *run(void *data)
{
	Replay *replay = data;
	unsigned serial = (unsigned)g_atomic_int_add(&replay->taken, 1);

	while (wait_for_turn(replay, serial)) {
		store_one(replay, replay->first + serial);
		serial = (unsigned)g_atomic_int_add(&replay->taken, 1);
	}
	return NULL;
}

static void set_yesterday(Replay *replay)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) then = g_date_time_add_days(now, -1);
	g_autofree char *day = g_date_time_format(then, "%F");

	g_strlcpy(replay->day, day, sizeof(replay->day));
}

int main(int argc, char **argv)
{
	Replay replay = {.start = g_get_monotonic_time()};
	g_autoptr(GError) error = NULL;
	GThread *threads[THREADS];

	if (argc != 5)
		die("usage: bench-scale CONNINFO SECONDS RATE FIRST");
	parser_init();
	set_yesterday(&replay);
	replay.end = replay.start +
		     g_ascii_strtoll(argv[2], NULL, 10) * G_USEC_PER_SEC;
	replay.rate = g_ascii_strtoll(argv[3], NULL, 10);
	replay.first = (unsigned)g_ascii_strtoull(argv[4], NULL, 10);
	replay.store = store_open(argv[1], THREADS, &error);
	if (replay.store == NULL)
		die(error->message);
	for (size_t i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("bench", run, &replay);
	for (size_t i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	store_close(replay.store);
	printf("%u\n", replay.stored);
	return EXIT_SUCCESS;
}
