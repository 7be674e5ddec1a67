/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/intake.h"

#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#include "intake/admit.h"
#include "intake/limits.h"
#include "intake/reason.h"
#include "milter/allowance.h"
#include "milter/arrival.h"
#include "milter/gate.h"
#include "milter/metrics.h"
#include "parser/error.h"
#include "parser/parser.h"
#include "trust/authenticate.h"

enum {
	/* Reports that inflate to more are rare. */
	LARGE_SIZE = 1 << 20,
	/* What is left of message_timeout for the spool and for the answer. */
	LAST_SECONDS = 5,
	/* Bytes of an MTA's name for a message: Postfix needs 20. */
	QUEUE_ID_MAX = 64,
	/* How long a signature that cannot be checked keeps a message waiting
	 * that no sender keeps: strangers have name servers that never
	 * answer. */
	UNDECIDED_SECONDS = 86400,
};

struct Intake {
	Store *store;
	Spool *spool;
	Gate messages;
	Gate parsers;
};

/* A part and the mail that it came in. */
typedef struct {
	Intake *intake;
	Arrival *arrival;
	AdmitMail mail;
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

static Outcome quarantine(const Item *item, Outcome outcome, const GError *why)
{
	GError *error = NULL;

	if (!admit_quarantine(
		    item->intake->store, &item->mail, item->part, why, &error))
		return arrival_fail(item->arrival, error);
	arrival_log_problem(item->arrival, outcome, item->part->name, why);
	return outcome;
}

/* What may be stored at another time waits; takes the error. */
static Outcome refuse(const Item *item, GError *why)
{
	g_autoptr(GError) owned = why;

	if (!reason_is_final(why))
		return arrival_fail(item->arrival, g_steal_pointer(&owned));
	if (g_error_matches(why, REASON_ERROR, REASON_CONFLICT))
		return quarantine(item, OUTCOME_CONFLICT, why);
	return quarantine(item, OUTCOME_REFUSED, why);
}

static Outcome store(const Item *item, const char *auth_domain)
{
	const Report *report = item->part->report;
	const Settings *settings = item->arrival->snapshot->settings;
	bool over_https = item->arrival->envelope.over_https;
	GError *error = NULL;
	Outcome outcome;
	bool is_new;

	if (!allowance_permits(
		    auth_domain, over_https, settings->max_untrusted_rows)) {
		reason_set_error(&error, REASON_FLOOD, NULL);
		return refuse(item, error);
	}
	if (!admit_store(item->intake->store, &item->mail, report, auth_domain,
		    &is_new, &error))
		return refuse(item, error);
	if (is_new)
		allowance_count(auth_domain, over_https, report);
	outcome = is_new ? OUTCOME_STORED : OUTCOME_DUPLICATE;
	arrival_log_report(item->arrival, outcome, report, auth_domain);
	return outcome;
}

static Outcome settle_part(const Item *item)
{
	GError *error = NULL;
	const char *auth_domain;

	if (item->part->report == NULL)
		return quarantine(item, OUTCOME_REFUSED, item->part->error);
	auth_domain = admit_report(&item->arrival->snapshot->rules, &item->mail,
		item->part->report, &error);
	return auth_domain != NULL ? store(item, auth_domain)
				   : refuse(item, error);
}

/* Where one part must wait, all do: the whole message comes again. */
static Outcome settle_parts(
	Intake *intake, Arrival *arrival, const ParsedMessage *message)
{
	const AdmitMail mail = {arrival->signers,
		parsed_message_get_submitter(message), arrival->envelope.sender,
		arrival->envelope.queue_id, arrival->deadline};
	Outcome worst = OUTCOME_NO_REPORT;

	for (guint i = 0;
		i < message->parts->len && worst < OUTCOME_UNAVAILABLE; i++) {
		Item item = {intake, arrival, mail, message->parts->pdata[i]};
		Outcome outcome = settle_part(&item);

		worst = MAX(worst, outcome);
	}
	return worst;
}

static ParsedMessage *parse(const Arrival *arrival, GError **error)
{
	const ParseLimits *limits = &arrival->snapshot->limits;

	if (arrival->data == NULL) {
		parser_error_set_too_big(error, limits->message_size);
		return NULL;
	}
	return parser_parse_message(arrival->data, arrival->size, limits,
		arrival->envelope.received, error);
}

static Outcome put_off(Arrival *arrival, ReasonCode code)
{
	GError *error = NULL;

	reason_set_error(&error, code, NULL);
	return arrival_fail(arrival, error);
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

/* Whether it has waited long enough for name servers. */
static bool is_late(const SpoolEnvelope *envelope)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

	return envelope->over_https &&
	       (envelope->received < now - UNDECIDED_SECONDS ||
		       envelope->received > now + UNDECIDED_SECONDS);
}

/* A message from the spool brings along who signed it. */
static void authenticate(Arrival *arrival)
{
	const AuthenticateRules rules =
		limits_get_authentication(arrival->snapshot->settings,
			arrival->envelope.over_https, arrival->deadline);

	if (arrival->signers == NULL)
		arrival_set_signers(
			arrival, authenticate_message(
					 &rules, arrival->data, arrival->size));
	if (is_late(&arrival->envelope))
		signers_drop_undecided(arrival->signers);
}

/* A message that could not be read as a whole is a single part. */
static Outcome settle_unreadable(
	Intake *intake, Arrival *arrival, GError *error)
{
	char name[] = "message";
	ParsedPart whole = {.name = name, .error = error};
	g_autoptr(Signers) nobody = signers_new();
	Item item = {intake, arrival,
		{nobody, NULL, arrival->envelope.sender,
			arrival->envelope.queue_id, arrival->deadline},
		&whole};

	return settle_part(&item);
}

/* The caller is inside the gate of messages. */
static Outcome take_in(Intake *intake, Arrival *arrival)
{
	g_autoptr(GError) error = NULL;
	ParsedMessage *message;
	Outcome outcome;

	if (!gate_enter(&intake->parsers, arrival->deadline))
		return put_off(arrival, REASON_BUSY);
	message = parse(arrival, &error);
	gate_leave(&intake->parsers);
	if (message == NULL)
		return settle_unreadable(intake, arrival, error);
	/* Signatures of mail without a report are nobody's business. */
	if (message->parts->len > 0)
		authenticate(arrival);
	outcome = settle_parts(intake, arrival, message);
	free_message(message);
	return outcome;
}

static Outcome wait_and_take_in(Intake *intake, Arrival *arrival)
{
	Outcome outcome;

	if (!gate_enter(&intake->messages, arrival->deadline))
		return put_off(arrival, REASON_BUSY);
	outcome = take_in(intake, arrival);
	gate_leave(&intake->messages);
	return outcome;
}

/* The spool keeps who has signed, and not who may have; nor what strangers can
 * fill it with. */
static bool may_spool(const Intake *intake, Arrival *arrival)
{
	if (intake->spool == NULL || arrival->data == NULL ||
		g_error_matches(arrival->failure, REASON_ERROR, REASON_FLOOD) ||
		arrival->snapshot->settings->on_store_failure !=
			SETTINGS_ON_STORE_FAILURE_SPOOL)
		return false;
	authenticate(arrival);
	return *arrival->signers->undecided == NULL;
}

/* What could not be stored goes into the spool, or stays with the sender. */
static Outcome keep(Intake *intake, Arrival *arrival)
{
	const Settings *settings = arrival->snapshot->settings;
	g_autoptr(GError) error = NULL;
	bool spooled = may_spool(intake, arrival) &&
		       spool_add(intake->spool, &arrival->envelope,
			       arrival->data, arrival->size,
			       (uint64_t)settings->spool_max_bytes, &error);
	Outcome outcome = spooled ? OUTCOME_SPOOLED : OUTCOME_UNAVAILABLE;

	arrival_log_problem(arrival, outcome, "message",
		error != NULL ? error : arrival->failure);
	return outcome;
}

static gint64 get_deadline(const Snapshot *snapshot, gint64 started)
{
	gint64 seconds = snapshot->settings->message_timeout - LAST_SECONDS;

	return started + seconds * G_USEC_PER_SEC;
}

/* A name for the log: whoever speaks to the socket, or writes into the spool of
 * the web server, may send anything. */
static char *make_queue_id(const char *macro)
{
	char *id;

	if (macro == NULL || *macro == '\0')
		return g_strdup("NOQUEUE");
	id = g_strndup(macro, QUEUE_ID_MAX);
	for (char *c = id; *c != '\0'; c++) {
		if (!g_ascii_isalnum(*c) && strchr("-_.", *c) == NULL)
			*c = '?';
	}
	return id;
}

Outcome intake_message(
	Intake *intake, const Message *message, const char *queue_id)
{
	const GByteArray *content = message->content;
	g_autofree char *id = make_queue_id(queue_id);
	gint64 started = g_get_monotonic_time();
	g_auto(Arrival) arrival = {
		.snapshot = message->snapshot,
		.data = content != NULL ? content->data : NULL,
		.size = content != NULL ? content->len : 0,
		.envelope = {g_get_real_time() / G_USEC_PER_SEC, id,
			message->sender, NULL, false},
		.started = started,
		.deadline = get_deadline(message->snapshot, started),
	};
	Outcome outcome = message->crowded_out
				  ? put_off(&arrival, REASON_CROWDED)
				  : wait_and_take_in(intake, &arrival);

	if (outcome == OUTCOME_UNAVAILABLE)
		outcome = keep(intake, &arrival);
	metrics_count_message(outcome, g_get_monotonic_time() - started);
	return outcome;
}

bool intake_is_busy(Intake *intake)
{
	return !gate_is_empty(&intake->messages);
}

/* Whoever sends by HTTPS was told that it is stored. */
static void account_for(const Arrival *arrival, Outcome outcome)
{
	if (!arrival->envelope.over_https || outcome == OUTCOME_UNAVAILABLE)
		return;
	if (outcome == OUTCOME_NO_REPORT)
		arrival_log_empty(arrival);
	metrics_add(METRIC_HTTPS_MESSAGES, verdict_get(outcome)->word, 1);
}

bool intake_replay(Intake *intake, const SpoolMessage *message, GError **error)
{
	g_autoptr(Snapshot) snapshot = snapshot_get_current();
	g_autofree char *id = make_queue_id(message->envelope.queue_id);
	gint64 started = g_get_monotonic_time();
	gsize size;
	const uint8_t *data = g_bytes_get_data(message->message, &size);
	g_auto(Arrival) arrival = {
		.snapshot = snapshot,
		.data = data,
		.size = size,
		.envelope = message->envelope,
		.started = started,
		.deadline = get_deadline(snapshot, started),
	};
	Outcome outcome;

	arrival.envelope.queue_id = id;
	/* What came by mail was looked at when it came. */
	if (!message->envelope.over_https)
		arrival_set_signers(&arrival,
			signers_new_verified(message->envelope.signed_by));
	outcome = wait_and_take_in(intake, &arrival);
	account_for(&arrival, outcome);
	if (outcome != OUTCOME_UNAVAILABLE)
		return true;
	g_propagate_error(error, g_steal_pointer(&arrival.failure));
	return false;
}
