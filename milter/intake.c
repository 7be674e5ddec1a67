/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#include "milter/gate.h"
#include "milter/log.h"
#include "parser/error.h"
#include "parser/parser.h"
#include "parser/quote.h"
#include "parser/report-write.h"
#include "sql/error.h"
#include "sql/store-insert.h"

enum {
	/* Bytes of foreign text in a log line. */
	SHOWN_MAX = 128,
	/* Reports that inflate to more are rare. */
	LARGE_SIZE = 1 << 20,
};

struct Intake {
	Store *store;
	Spool *spool;
	Gate messages;
	Gate parsers;
};

/* One message on its way, from the MTA or from the spool. `data` is NULL when
 * it was too big; `failure` is why it cannot be stored now. */
typedef struct {
	Intake *intake;
	const Snapshot *snapshot;
	const uint8_t *data;
	size_t size;
	SpoolEnvelope envelope;
	gint64 started;
	const char *reason;
	GError *failure;
} Arrival;

Intake *intake_new(Store *store, Spool *spool, int connections)
{
	Intake *intake = g_new0(Intake, 1);

	intake->store = store;
	intake->spool = spool;
	gate_init(&intake->messages, connections);
	gate_init(&intake->parsers, (int)g_get_num_processors());
	return intake;
}

void intake_free(Intake *intake)
{
	if (intake == NULL)
		return;
	gate_clear(&intake->messages);
	gate_clear(&intake->parsers);
	g_free(intake);
}

static char *quote(const char *text)
{
	return quote_text(text, strlen(text), SHOWN_MAX);
}

static int64_t elapsed_ms(const Arrival *arrival)
{
	return (g_get_monotonic_time() - arrival->started) / 1000;
}

/* A domain needs no quotes unless it is none. */
static char *show_domain(const Report *report)
{
	const char *domain = "";

	if (report->policy_count > 0)
		domain = report->policies[0].policy_domain;
	if (*domain != '\0' &&
		domain[strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789"
				      "-._*")] == '\0')
		return g_strdup(domain);
	return quote(domain);
}

static void log_report(
	const Arrival *arrival, Outcome outcome, const Report *report)
{
	const Verdict *verdict = verdict_get(outcome);
	g_autofree char *domain = show_domain(report);
	g_autofree char *organization = quote(report->organization_name);
	g_autofree char *report_id = quote(report->report_id);

	log_message(verdict->priority,
		"%s: %s domain=%s org=%s report-id=%s policies=%zu "
		"ok=%" PRId64 " fail=%" PRId64 " auth=none ms=%" PRId64,
		arrival->envelope.queue_id, verdict->word, domain, organization,
		report_id, report->policy_count,
		report_get_successful_sessions(report),
		report_get_failed_sessions(report), elapsed_ms(arrival));
}

/* The message of an error may quote what a sender wrote; the parser and the
 * store escape that. */
static void log_problem(const Arrival *arrival, Outcome outcome,
	const char *reason, const char *part, const char *text)
{
	const Verdict *verdict = verdict_get(outcome);
	g_autofree char *name = quote(part);

	log_message(verdict->priority,
		"%s: %s reason=%s part=%s ms=%" PRId64 " error=%s",
		arrival->envelope.queue_id, verdict->word, reason, name,
		elapsed_ms(arrival), text);
}

/* Takes the error. */
static Outcome fail(Arrival *arrival, const char *reason, GError *error)
{
	g_clear_error(&arrival->failure);
	arrival->reason = reason;
	arrival->failure = error;
	return OUTCOME_UNAVAILABLE;
}

static Outcome quarantine(Arrival *arrival, Outcome outcome, const char *reason,
	const ParsedPart *part, const char *text)
{
	GError *error = NULL;
	StoreQuarantine row = {
		.reason = reason,
		.message = text,
		.envelope_sender = arrival->envelope.sender,
		.queue_id = arrival->envelope.queue_id,
		.received_by = g_get_host_name(),
		.part_name = part->name,
	};
	gsize size = 0;

	if (part->raw != NULL)
		row.raw = g_bytes_get_data(part->raw, &size);
	row.raw_size = size;
	if (!store_quarantine(arrival->intake->store, &row, &error))
		return fail(arrival, "database", error);
	log_problem(arrival, outcome, reason, part->name, text);
	return outcome;
}

/* Takes the error. */
static Outcome store_failed(
	Arrival *arrival, const ParsedPart *part, GError *error)
{
	g_autoptr(GError) owned = error;

	if (error->code == STORE_ERROR_REFUSED)
		return quarantine(arrival, OUTCOME_REFUSED, "database-refused",
			part, error->message);
	return fail(arrival, "database", g_steal_pointer(&owned));
}

/* With policy_domains set, a report about none of them is somebody else's or
 * made up. */
static bool is_foreign(const Arrival *arrival, const Report *report)
{
	const char *const *domains =
		(const char *const *)arrival->snapshot->policy_domains;

	return *domains != NULL && !report_has_policy_domain(report, domains);
}

static Outcome store_part(Arrival *arrival, const ParsedPart *part)
{
	static const Outcome outcomes[] = {
		[STORE_OUTCOME_STORED] = OUTCOME_STORED,
		[STORE_OUTCOME_DUPLICATE] = OUTCOME_DUPLICATE,
		[STORE_OUTCOME_CONFLICT] = OUTCOME_CONFLICT,
	};
	StoreReport row = {
		.report = part->report,
		.auth_domain = "",
		.received_by = g_get_host_name(),
	};
	GError *error = NULL;
	StoreOutcome stored;

	report_write_digest(part->report, row.digest);
	if (!store_insert(arrival->intake->store, &row, &stored, &error))
		return store_failed(arrival, part, error);
	if (stored == STORE_OUTCOME_CONFLICT)
		return quarantine(arrival, OUTCOME_CONFLICT, "conflict", part,
			"another report with the same report-id, period and "
			"policy domains is stored already");
	log_report(arrival, outcomes[stored], part->report);
	return outcomes[stored];
}

static Outcome take_part(Arrival *arrival, const ParsedPart *part)
{
	if (part->report != NULL && is_foreign(arrival, part->report))
		return quarantine(arrival, OUTCOME_REFUSED, "foreign-domain",
			part, "no policy of it is about one of policy_domains");
	if (part->report != NULL)
		return store_part(arrival, part);
	return quarantine(arrival, OUTCOME_REFUSED,
		parser_error_reason((ParserErrorCode)part->error->code), part,
		part->error->message);
}

static Outcome take_parts(Arrival *arrival, const GPtrArray *parts)
{
	Outcome worst = OUTCOME_NO_REPORT;

	for (guint i = 0; i < parts->len; i++) {
		Outcome outcome = take_part(arrival, parts->pdata[i]);

		worst = MAX(worst, outcome);
	}
	return worst;
}

static ParsedMessage *parse(const Arrival *arrival, GError **error)
{
	const ParseLimits *limits = &arrival->snapshot->limits;

	if (arrival->data == NULL) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_MESSAGE_TOO_BIG,
			"the message has more than %zu bytes "
			"(max_message_size)",
			limits->message_size);
		return NULL;
	}
	return parser_parse_message(arrival->data, arrival->size, limits,
		arrival->envelope.received, error);
}

static Outcome busy(Arrival *arrival)
{
	return fail(arrival, "busy",
		g_error_new(STORE_ERROR, STORE_ERROR_UNAVAILABLE,
			"too many messages wait (database_connections)"));
}

/* A large report leaves its memory in pieces all over the heap of this thread,
 * and the next one may come on another thread. */
static void free_message(ParsedMessage *message)
{
	bool is_large = message->inflated_size > LARGE_SIZE;

	parsed_message_free(message);
	if (is_large)
		malloc_trim(0);
}

/* The caller is inside the gate of messages. */
static Outcome take_parsed(Arrival *arrival, gint64 deadline)
{
	g_autoptr(GError) error = NULL;
	ParsedMessage *message;
	Outcome outcome;

	if (!gate_enter(&arrival->intake->parsers, deadline))
		return busy(arrival);
	message = parse(arrival, &error);
	gate_leave(&arrival->intake->parsers);
	if (message == NULL) {
		char name[] = "message";
		ParsedPart whole = {.name = name, .error = error};

		return take_part(arrival, &whole);
	}
	outcome = take_parts(arrival, message->parts);
	free_message(message);
	return outcome;
}

static Outcome take_message(Arrival *arrival)
{
	gint64 deadline =
		arrival->started + (gint64)INTAKE_WAIT_SECONDS * G_USEC_PER_SEC;
	Outcome outcome;

	if (!gate_enter(&arrival->intake->messages, deadline))
		return busy(arrival);
	outcome = take_parsed(arrival, deadline);
	gate_leave(&arrival->intake->messages);
	return outcome;
}

/* What could not be stored goes into the spool, or stays with the sender. */
static Outcome keep(Arrival *arrival)
{
	const Settings *settings = arrival->snapshot->settings;
	g_autoptr(GError) failure = g_steal_pointer(&arrival->failure);
	g_autoptr(GError) error = NULL;
	bool spooled =
		arrival->intake->spool != NULL && arrival->data != NULL &&
		settings->on_store_failure == SETTINGS_ON_STORE_FAILURE_SPOOL &&
		spool_add(arrival->intake->spool, &arrival->envelope,
			arrival->data, arrival->size,
			(uint64_t)settings->spool_max_bytes, &error);
	Outcome outcome = spooled ? OUTCOME_SPOOLED : OUTCOME_UNAVAILABLE;

	if (error != NULL)
		log_problem(
			arrival, outcome, "spool", "message", error->message);
	else
		log_problem(arrival, outcome, arrival->reason, "message",
			failure->message);
	return outcome;
}

Outcome intake_message(
	Intake *intake, const Session *session, const char *queue_id)
{
	const GByteArray *message = session->message;
	Arrival arrival = {
		.intake = intake,
		.snapshot = session->snapshot,
		.data = message != NULL ? message->data : NULL,
		.size = message != NULL ? message->len : 0,
		.envelope = {g_get_real_time() / G_USEC_PER_SEC,
			queue_id != NULL ? queue_id : "NOQUEUE",
			session->sender},
		.started = g_get_monotonic_time(),
	};
	Outcome outcome = take_message(&arrival);

	return outcome == OUTCOME_UNAVAILABLE ? keep(&arrival) : outcome;
}

bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	gsize size;
	const uint8_t *data = g_bytes_get_data(message->message, &size);
	Arrival arrival = {
		.intake = intake,
		.snapshot = snapshot,
		.data = data,
		.size = size,
		.envelope = message->envelope,
		.started = g_get_monotonic_time(),
	};

	if (take_message(&arrival) != OUTCOME_UNAVAILABLE)
		return true;
	g_propagate_error(error, arrival.failure);
	return false;
}
