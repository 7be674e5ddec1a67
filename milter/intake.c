/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <malloc.h>
#include <stdbool.h>

#include "milter/arrival.h"
#include "milter/gate.h"
#include "milter/metrics.h"
#include "parser/error.h"
#include "parser/parser.h"
#include "parser/report-write.h"
#include "sql/error.h"
#include "sql/store-insert.h"
#include "trust/authenticate.h"

enum {
	/* Reports that inflate to more are rare. */
	LARGE_SIZE = 1 << 20,
};

struct Intake {
	Store *store;
	Spool *spool;
	Gate messages;
	Gate parsers;
};

/* A part and the mail that it came in, with the domain that the mail says it
 * is from. */
typedef struct {
	Intake *intake;
	Arrival *arrival;
	const char *submitter;
	const ParsedPart *part;
} Item;

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

static Outcome quarantine(
	const Item *item, Outcome outcome, const char *reason, const char *text)
{
	GError *error = NULL;
	Arrival *arrival = item->arrival;
	const ParsedPart *part = item->part;
	StoreQuarantine row = {
		.reason = reason,
		.message = text,
		.envelope_sender = arrival->envelope.sender,
		.queue_id = arrival->envelope.queue_id,
		.received_by = g_get_host_name(),
		.part_name = part->name,
		.signed_by = (const char *const *)arrival->signers->verified,
		.submitter = item->submitter,
	};
	gsize size = 0;

	if (part->raw != NULL)
		row.raw = g_bytes_get_data(part->raw, &size);
	row.raw_size = size;
	if (!store_quarantine(item->intake->store, &row, &error))
		return arrival_fail(arrival, "database", error);
	arrival_log_problem(arrival, outcome, reason, part->name, text);
	return outcome;
}

/* Takes the error. */
static Outcome store_failed(const Item *item, GError *error)
{
	g_autoptr(GError) owned = error;

	if (error->code == STORE_ERROR_REFUSED)
		return quarantine(item, OUTCOME_REFUSED, "database-refused",
			error->message);
	return arrival_fail(item->arrival, "database", g_steal_pointer(&owned));
}

static Outcome store(const Item *item, const char *auth_domain)
{
	static const Outcome outcomes[] = {
		[STORE_OUTCOME_STORED] = OUTCOME_STORED,
		[STORE_OUTCOME_DUPLICATE] = OUTCOME_DUPLICATE,
		[STORE_OUTCOME_CONFLICT] = OUTCOME_CONFLICT,
	};
	StoreReport row = {
		.report = item->part->report,
		.auth_domain = auth_domain,
		.received_by = g_get_host_name(),
	};
	GError *error = NULL;
	StoreOutcome stored;

	report_write_digest(row.report, row.digest);
	if (!store_insert(item->intake->store, &row, &stored, &error))
		return store_failed(item, error);
	if (stored == STORE_OUTCOME_CONFLICT)
		return quarantine(item, OUTCOME_CONFLICT, "conflict",
			"another report with the same report-id, period and "
			"policy domains is stored already");
	arrival_log_report(
		item->arrival, outcomes[stored], row.report, auth_domain);
	return outcomes[stored];
}

/* With policy_domains set, a report about none of them is somebody else's or
 * made up. */
static bool is_foreign(const Item *item)
{
	const char *const *domains =
		(const char *const *)item->arrival->snapshot->policy_domains;

	return *domains != NULL &&
	       !report_has_policy_domain(item->part->report, domains);
}

/* The sender tries again when the DNS may have answered. */
static Outcome wait_for_signature(const Item *item, const char *domain)
{
	return arrival_fail(item->arrival, "dkim",
		g_error_new(STORE_ERROR, STORE_ERROR_UNAVAILABLE,
			"the DKIM signature of %s cannot be checked now",
			domain));
}

static Outcome refuse_unsigned(const Item *item, const char *reporter)
{
	g_autofree char *text = g_strdup_printf("no valid DKIM signature of %s",
		reporter != NULL ? reporter
				 : "its reporter, who does "
				   "not say who that is");

	return quarantine(item, OUTCOME_REFUSED, "unauthenticated", text);
}

static Outcome take_report(const Item *item)
{
	const Signers *signers = item->arrival->signers;
	const Settings *settings = item->arrival->snapshot->settings;
	g_autofree char *reporter =
		report_find_reporter(item->part->report, item->submitter);
	const char *verified = signers_find(signers->verified, reporter);
	const char *undecided = signers_find(signers->undecided, reporter);

	if (is_foreign(item))
		return quarantine(item, OUTCOME_REFUSED, "foreign-domain",
			"no policy of it is about one of policy_domains");
	if (verified != NULL)
		return store(item, verified);
	if (undecided != NULL)
		return wait_for_signature(item, undecided);
	if (settings->authentication == SETTINGS_AUTHENTICATION_REQUIRE)
		return refuse_unsigned(item, reporter);
	return store(item, "");
}

static Outcome take_part(const Item *item)
{
	const GError *error = item->part->error;

	if (item->part->report != NULL)
		return take_report(item);
	return quarantine(item, OUTCOME_REFUSED,
		parser_error_reason((ParserErrorCode)error->code),
		error->message);
}

/* Where one part must wait, all do: the whole message comes again. */
static Outcome take_parts(
	Intake *intake, Arrival *arrival, const ParsedMessage *message)
{
	Outcome worst = OUTCOME_NO_REPORT;

	for (guint i = 0;
		i < message->parts->len && worst < OUTCOME_UNAVAILABLE; i++) {
		Item item = {intake, arrival,
			parsed_message_get_submitter(message),
			message->parts->pdata[i]};
		Outcome outcome = take_part(&item);

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
	return arrival_fail(arrival, "busy",
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
static Outcome take_parsed(Intake *intake, Arrival *arrival, gint64 deadline)
{
	g_autoptr(GError) error = NULL;
	ParsedMessage *message;
	Outcome outcome;

	if (!gate_enter(&intake->parsers, deadline))
		return busy(arrival);
	message = parse(arrival, &error);
	gate_leave(&intake->parsers);
	if (message == NULL) {
		char name[] = "message";
		ParsedPart whole = {.name = name, .error = error};
		Item item = {intake, arrival, NULL, &whole};

		return take_part(&item);
	}
	outcome = take_parts(intake, arrival, message);
	free_message(message);
	return outcome;
}

static Outcome take_message(Intake *intake, Arrival *arrival)
{
	gint64 deadline =
		arrival->started + (gint64)INTAKE_WAIT_SECONDS * G_USEC_PER_SEC;
	Outcome outcome;

	if (!gate_enter(&intake->messages, deadline))
		return busy(arrival);
	outcome = take_parsed(intake, arrival, deadline);
	gate_leave(&intake->messages);
	return outcome;
}

/* The spool keeps who has signed, and not who may have. */
static bool may_spool(const Intake *intake, const Arrival *arrival)
{
	return intake->spool != NULL && arrival->data != NULL &&
	       arrival->snapshot->settings->on_store_failure ==
		       SETTINGS_ON_STORE_FAILURE_SPOOL &&
	       *arrival->signers->undecided == NULL;
}

/* What could not be stored goes into the spool, or stays with the sender. */
static Outcome keep(Intake *intake, Arrival *arrival)
{
	const Settings *settings = arrival->snapshot->settings;
	g_autoptr(GError) failure = g_steal_pointer(&arrival->failure);
	g_autoptr(GError) error = NULL;
	bool spooled = may_spool(intake, arrival) &&
		       spool_add(intake->spool, &arrival->envelope,
			       arrival->data, arrival->size,
			       (uint64_t)settings->spool_max_bytes, &error);
	Outcome outcome = spooled ? OUTCOME_SPOOLED : OUTCOME_UNAVAILABLE;

	if (error != NULL)
		arrival_log_problem(
			arrival, outcome, "spool", "message", error->message);
	else
		arrival_log_problem(arrival, outcome, arrival->reason,
			"message", failure->message);
	return outcome;
}

static Signers *authenticate(
	const Snapshot *snapshot, const GByteArray *message)
{
	if (message == NULL)
		return signers_new();
	return authenticate_message(snapshot->authenticate,
		snapshot->settings->trusted_authserv_id, message->data,
		message->len);
}

Outcome intake_message(
	Intake *intake, const Session *session, const char *queue_id)
{
	const GByteArray *message = session->message;
	gint64 started = g_get_monotonic_time();
	g_autoptr(Signers) signers = authenticate(session->snapshot, message);
	Arrival arrival = {
		.snapshot = session->snapshot,
		.data = message != NULL ? message->data : NULL,
		.size = message != NULL ? message->len : 0,
		.envelope = {g_get_real_time() / G_USEC_PER_SEC,
			queue_id != NULL ? queue_id : "NOQUEUE",
			session->sender,
			(const char *const *)signers->verified},
		.signers = signers,
		.started = started,
	};
	Outcome outcome = take_message(intake, &arrival);

	if (outcome == OUTCOME_UNAVAILABLE)
		outcome = keep(intake, &arrival);
	metrics_count_message(
		outcome, g_get_monotonic_time() - arrival.started);
	return outcome;
}

bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	g_autoptr(Signers) signers =
		signers_new_verified(message->envelope.signed_by);
	gsize size;
	const uint8_t *data = g_bytes_get_data(message->message, &size);
	Arrival arrival = {
		.snapshot = snapshot,
		.data = data,
		.size = size,
		.envelope = message->envelope,
		.signers = signers,
		.started = g_get_monotonic_time(),
	};

	if (take_message(intake, &arrival) != OUTCOME_UNAVAILABLE)
		return true;
	g_propagate_error(error, arrival.failure);
	return false;
}
