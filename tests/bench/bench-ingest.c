/* SPDX-License-Identifier: BSD-2-Clause */
/* How much of the speed of a bare `SELECT tlsrpt.ingest(...)` is left when
 * reports go through store_insert(), both with the same number of threads.
 * Usage: bench-ingest CONNINFO */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/parser.h"
#include "parser/report-write.h"
#include "sql/report-params.h"
#include "sql/store-insert.h"
#include "sql/store-internal.h"

enum {
	ROUNDS = 5,
	/* In a round, for each thread and each way. */
	REPORTS = 400,
	THREADS_MAX = 16,
};

static const size_t thread_counts[] = {1, 4, 16};

static const char statement[] =
	"SELECT tlsrpt.ingest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	"$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, "
	"$26, $27, $28)";

static const char report_format[] =
	"{\"organization-name\": \"Example Inc.\", \"contact-info\": "
	"\"tls@example.com\", \"report-id\": \"bench-%u\", \"date-range\": "
	"{\"start-datetime\": \"%s\", \"end-datetime\": \"%s\"}, \"policies\": "
	"[{\"policy\": {\"policy-type\": \"sts\", \"policy-string\": "
	"[\"version: STSv1\", \"mode: enforce\", \"mx: *.example.net\", "
	"\"max_age: 604800\"], \"policy-domain\": \"d%u.example.net\", "
	"\"mx-host\": [\"*.example.net\"]}, \"summary\": "
	"{\"total-successful-session-count\": 230, "
	"\"total-failure-session-count\": %u}%s}]}";

static const char failure_details[] =
	", \"failure-details\": [{\"result-type\": \"certificate-expired\", "
	"\"sending-mta-ip\": \"192.0.2.1\", \"receiving-mx-hostname\": "
	"\"mx.example.net\", \"receiving-ip\": \"198.51.100.1\", "
	"\"failed-session-count\": 7}]";

/* One thread's share of a round, in the form that its way begins with. */
typedef struct {
	Store *store;
	ParsedMessage *messages[REPORTS];
	StoreReport reports[REPORTS];
	ReportParams params[REPORTS];
	PGconn *connection;
} Share;

static unsigned serial;

static void die(const char *message)
{
	fprintf(stderr, "bench-ingest: %s\n", message);
	exit(EXIT_FAILURE);
}

/* Nine of ten reports tell of no failure, as in the world. */
static ParsedMessage *make_message(int64_t now)
{
	const ParseLimits limits = PARSE_LIMITS_DEFAULT;
	g_autoptr(GDateTime) end = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime) start = g_date_time_add_days(end, -1);
	g_autofree char *from = g_date_time_format(start, "%FT00:00:00Z");
	g_autofree char *to = g_date_time_format(start, "%FT23:59:59Z");
	bool failed = serial % 10 == 0;
	g_autofree char *text = g_strdup_printf(report_format, serial, from, to,
		serial % 200, failed ? 7U : 0U, failed ? failure_details : "");
	ParsedMessage *message = parser_parse_file(
		(const uint8_t *)text, strlen(text), NULL, &limits, now, NULL);

	serial++;
	return message;
}

static const Report *get_report(const ParsedMessage *message)
{
	const ParsedPart *part;

	if (message == NULL || message->parts->len != 1)
		die("the parser found no report");
	part = message->parts->pdata[0];
	if (part->report == NULL)
		die(part->error->message);
	return part->report;
}

static void share_fill(Share *share, int64_t now)
{
	for (size_t i = 0; i < REPORTS; i++) {
		StoreReport *report = &share->reports[i];

		share->messages[i] = make_message(now);
		report->report = get_report(share->messages[i]);
		report->auth_domain = "example.com";
		report->received_by = "mx.example.net";
		report_write_digest(report->report, report->digest);
		report_params_init(&share->params[i], report);
	}
}

static void share_clear(Share *share)
{
	for (size_t i = 0; i < REPORTS; i++) {
		report_params_clear(&share->params[i]);
		parsed_message_free(share->messages[i]);
	}
}

static void *run_store(void *data)
{
	Share *share = data;

	for (size_t i = 0; i < REPORTS; i++) {
		g_autoptr(GError) error = NULL;
		StoreOutcome outcome;

		if (!store_insert(
			    share->store, &share->reports[i], &outcome, &error))
			die(error->message);
		if (outcome != STORE_OUTCOME_STORED)
			die("a report was there already");
	}
	return NULL;
}

static void *run_bare(void *data)
{
	Share *share = data;

	for (size_t i = 0; i < REPORTS; i++) {
		PGresult *result = PQexecParams(share->connection, statement,
			(int)share->params[i].count, NULL,
			share->params[i].values, share->params[i].lengths,
			share->params[i].formats, 0);

		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			die(PQresultErrorMessage(result));
		PQclear(result);
	}
	return NULL;
}

/* Reports per second. */
static double run(Share *shares, size_t threads, GThreadFunc way)
{
	GThread *running[THREADS_MAX];
	gint64 start;

	for (size_t i = 0; i < threads; i++)
		share_fill(&shares[i], g_get_real_time() / G_USEC_PER_SEC);
	start = g_get_monotonic_time();
	for (size_t i = 0; i < threads; i++)
		running[i] = g_thread_new("bench", way, &shares[i]);
	for (size_t i = 0; i < threads; i++)
		g_thread_join(running[i]);
	start = g_get_monotonic_time() - start;
	for (size_t i = 0; i < threads; i++)
		share_clear(&shares[i]);
	return (double)(threads * REPORTS) * G_USEC_PER_SEC / (double)start;
}

static int compare(const void *a, const void *b)
{
	const double *first = a;
	const double *second = b;

	return (*first > *second) - (*first < *second);
}

static double get_median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

/* The two ways take turns; the first round of both warms up. */
static void measure(Share *shares, size_t threads)
{
	double bare[ROUNDS];
	double store[ROUNDS];
	double floor_speed;
	double speed;

	run(shares, threads, run_bare);
	run(shares, threads, run_store);
	for (size_t i = 0; i < ROUNDS; i++) {
		bare[i] = run(shares, threads, run_bare);
		store[i] = run(shares, threads, run_store);
	}
	floor_speed = get_median(bare);
	speed = get_median(store);
	printf("live ingest, %2zu connections: %6.0f reports/s, bare "
	       "statement %6.0f, ratio %.2f (target 0.90)\n",
		threads, speed, floor_speed, speed / floor_speed);
}

/* Microseconds that the process behind a connection has had of processors. */
static double get_processor_time(PGconn *connection)
{
	g_autofree char *path =
		g_strdup_printf("/proc/%d/schedstat", PQbackendPID(connection));
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		die("the server does not run here");
	return g_ascii_strtod(text, NULL) / 1000;
}

/* Of the server, for a report, which is what others on the machine disturb
 * least. `connection` is the only one that the way uses. */
static double measure_processor(
	Share *share, GThreadFunc way, PGconn *connection)
{
	double times[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		double start = get_processor_time(connection);

		run(share, 1, way);
		times[i] = (get_processor_time(connection) - start) / REPORTS;
	}
	return get_median(times);
}

static double measure_store(Share *share, const char *conninfo)
{
	g_autoptr(Store) single = store_open(conninfo, 1, NULL);
	PGconn *connection = store_borrow(single, NULL);

	if (connection == NULL)
		die("no connection");
	store_return(single, connection);
	share->store = single;
	return measure_processor(share, run_store, connection);
}

/* To flush the log to disk is the kernel's work, and as much whatever is
 * stored. */
static void measure_backend(Share *share, const char *conninfo)
{
	g_autofree char *unflushed = g_strconcat(
		conninfo, " options='-c synchronous_commit=off'", NULL);
	double all = measure_store(share, conninfo);
	double without_flush = measure_store(share, unflushed);
	double bare = measure_processor(share, run_bare, share->connection);

	printf("live ingest, the server's processor time: %.0f us a report, "
	       "%.0f without the flush to disk, bare statement that is not "
	       "prepared %.0f\n",
		all, without_flush, bare);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autofree Share *shares = g_new0(Share, THREADS_MAX);

	if (argc != 2)
		die("usage: bench-ingest CONNINFO");
	parser_init();
	store = store_open(argv[1], THREADS_MAX, &error);
	if (store == NULL)
		die(error->message);
	for (size_t i = 0; i < THREADS_MAX; i++) {
		shares[i].store = store;
		shares[i].connection = PQconnectdb(argv[1]);
		if (PQstatus(shares[i].connection) != CONNECTION_OK)
			die(PQerrorMessage(shares[i].connection));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(thread_counts); i++)
		measure(shares, thread_counts[i]);
	measure_backend(shares, argv[1]);
	for (size_t i = 0; i < THREADS_MAX; i++)
		PQfinish(shares[i].connection);
	return EXIT_SUCCESS;
}
