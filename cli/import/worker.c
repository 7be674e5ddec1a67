/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/worker.h"

#include "cli/report-file.h"
#include "intake/limits.h"
#include "parser/address.h"
#include "parser/error.h"
#include "sql/store-insert.h"
#include "trust/signers.h"

struct ImportWorker {
	const ImportTask *task;
	ImportQueue *queue;
	ParseLimits limits;
	char **policy_domains;
	int64_t now;
	ImportBatch *batch;
	GError *error;
	GThread *thread;
};

/* An input and what is in it; all borrowed. */
typedef struct {
	const Input *input;
	const Signers *signers;
	const char *submitter;
} Mail;

static const char *get_reason(const GError *error)
{
	if (error->domain == PARSER_ERROR)
		return parser_error_reason((ParserErrorCode)error->code);
	return "unreadable";
}

static bool quarantine(ImportWorker *worker, const Mail *mail,
	const ParsedPart *part, const char *reason, const char *message)
{
	StoreQuarantine row = {
		.reason = reason,
		.message = message,
		.received_by = g_get_host_name(),
		.part_name = part->name,
		.signed_by = (const char *const *)mail->signers->verified,
		.submitter = mail->submitter,
	};
	gsize size = 0;

	if (part->raw != NULL)
		row.raw = g_bytes_get_data(part->raw, &size);
	row.raw_size = size;
	return store_quarantine(worker->task->store, &row, &worker->error);
}

/* Functions from here on return false when the database cannot be used, with
 * the worker's error. */
static bool refuse(ImportWorker *worker, const Mail *mail,
	const ParsedPart *part, const char *reason, const char *message)
{
	g_autofree char *name = report_file_name_part(
		mail->input->path, mail->input->name, part);

	import_batch_refuse(worker->batch, name, reason, message);
	return !worker->task->quarantine || worker->task->store == NULL ||
	       quarantine(worker, mail, part, reason, message);
}

static bool add_report(ImportWorker *worker, const Mail *mail, ParsedPart *part,
	const char *signer)
{
	g_autofree char *name = report_file_name_part(
		mail->input->path, mail->input->name, part);

	return import_batch_add(worker->batch, g_steal_pointer(&part->report),
		signer != NULL ? signer : "", name, &worker->error);
}

/* As the daemon does when a mail arrives. */
static bool take_report(
	ImportWorker *worker, const Mail *mail, ParsedPart *part)
{
	const ImportTask *task = worker->task;
	const char *const *domains =
		(const char *const *)worker->policy_domains;
	g_autofree char *reporter =
		report_find_reporter(part->report, mail->submitter);
	const char *signer = signers_find(mail->signers->verified, reporter);

	if (*domains != NULL &&
		!report_has_policy_domain(part->report, domains))
		return refuse(worker, mail, part, "foreign-domain",
			"no policy of it is about one of policy_domains");
	if (signer == NULL &&
		signers_find(mail->signers->undecided, reporter) != NULL)
		return refuse(worker, mail, part, "dkim",
			"its DKIM signature cannot be checked now: import it "
			"again later");
	if (signer == NULL && !task->unauthenticated &&
		task->settings->authentication ==
			SETTINGS_AUTHENTICATION_REQUIRE)
		return refuse(worker, mail, part, "unauthenticated",
			"no valid DKIM signature of its reporter: "
			"--unauthenticated imports it all the same");
	return add_report(worker, mail, part, signer);
}

static bool take_part(ImportWorker *worker, const Mail *mail, ParsedPart *part)
{
	if (part->report != NULL)
		return take_report(worker, mail, part);
	return refuse(worker, mail, part, get_reason(part->error),
		part->error->message);
}

static bool take_parts(
	ImportWorker *worker, const Mail *mail, const ParsedMessage *message)
{
	for (guint i = 0; i < message->parts->len; i++) {
		if (!take_part(worker, mail, message->parts->pdata[i]))
			return false;
	}
	return true;
}

static Signers *authenticate(const ImportWorker *worker, GBytes *content)
{
	const Settings *settings = worker->task->settings;
	gsize size;
	const uint8_t *data = g_bytes_get_data(content, &size);

	return authenticate_message(limits_get_method(settings),
		settings->trusted_authserv_id, data, size);
}

static bool take_content(
	ImportWorker *worker, const Input *input, GBytes *content)
{
	ImportCounts *counts = import_batch_get_counts(worker->batch);
	g_autoptr(GError) failure = NULL;
	g_autoptr(ParsedMessage) message = report_file_parse_content(
		content, input->path, &worker->limits, worker->now, &failure);
	g_autoptr(Signers) signers = NULL;
	Mail mail = {.input = input};

	if (message == NULL) {
		import_batch_refuse(worker->batch, input->name,
			get_reason(failure), failure->message);
		return true;
	}
	if (message->parts->len == 0)
		counts->empty++;
	signers = authenticate(worker, content);
	mail.signers = signers;
	mail.submitter = parsed_message_get_submitter(message);
	return take_parts(worker, &mail, message);
}

static bool take_input(ImportWorker *worker, const Input *input)
{
	ImportCounts *counts = import_batch_get_counts(worker->batch);
	g_autoptr(GPtrArray) messages = g_ptr_array_new();
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) content = input_read(input,
		report_file_get_size(&worker->limits), messages, &failure);

	if (content != NULL) {
		counts->files++;
		return take_content(worker, input, content);
	}
	if (failure == NULL) {
		import_queue_replace(worker->queue, messages);
		return true;
	}
	counts->files++;
	import_batch_refuse(worker->batch, input->name, get_reason(failure),
		failure->message);
	return true;
}

static void *run(void *data)
{
	ImportWorker *worker = data;
	Input *input;
	bool done = true;

	while (done && (input = import_queue_take(worker->queue)) != NULL) {
		done = take_input(worker, input);
		input_free(input);
		import_queue_done(worker->queue);
	}
	if (done)
		done = import_batch_flush(worker->batch, &worker->error);
	if (!done)
		import_queue_stop(worker->queue);
	import_queue_leave(worker->queue);
	return NULL;
}

ImportWorker *import_worker_start(const ImportTask *task, ImportQueue *queue)
{
	ImportWorker *worker = g_new0(ImportWorker, 1);

	worker->task = task;
	worker->queue = queue;
	worker->limits = limits_from_settings(task->settings);
	worker->policy_domains =
		address_canonical_domains(task->settings->policy_domains);
	worker->now = g_get_real_time() / G_USEC_PER_SEC;
	worker->batch = import_batch_new(task->store);
	import_queue_join(queue);
	worker->thread = g_thread_new("import", run, worker);
	return worker;
}

bool import_worker_finish(
	ImportWorker *worker, ImportCounts *sum, GError **error)
{
	bool done;

	g_thread_join(worker->thread);
	done = worker->error == NULL;
	if (!done)
		g_propagate_error(error, worker->error);
	import_counts_add(sum, import_batch_get_counts(worker->batch));
	import_batch_free(worker->batch);
	g_strfreev(worker->policy_domains);
	g_free(worker);
	return done;
}
