/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/worker.h"

#include "cli/command.h"
#include "cli/import/kind.h"
#include "cli/report-file.h"
#include "intake/admit.h"
#include "intake/limits.h"

enum {
	/* How long the DNS may take for the signatures of one mail. */
	DNS_SECONDS = 30,
};

struct ImportWorker {
	const ImportTask *task;
	ImportQueue *queue;
	ParseLimits limits;
	AdmitRules rules;
	int64_t now;
	ImportBatch *batch;
	GError *error;
	GThread *thread;
};

/* Functions from here on return false when the database cannot be used, with
 * the worker's error. */
static bool settle_report(ImportWorker *worker, const ImportItem *item)
{
	g_autoptr(GError) why = NULL;
	const char *auth_domain = admit_report(
		&worker->rules, item->mail, item->part->report, &why);

	if (auth_domain == NULL)
		return import_batch_refuse(
			worker->batch, item, why, &worker->error);
	return import_batch_add(
		worker->batch, item, auth_domain, &worker->error);
}

static bool settle_part(ImportWorker *worker, const Input *input,
	const AdmitMail *mail, ParsedPart *part)
{
	g_autofree char *name =
		report_file_name_part(input->path, input->name, part);
	const ImportItem item = {name, mail, part};

	if (part->report != NULL)
		return settle_report(worker, &item);
	return import_batch_refuse(
		worker->batch, &item, part->error, &worker->error);
}

static bool settle_parts(ImportWorker *worker, const Input *input,
	const AdmitMail *mail, const ParsedMessage *message)
{
	for (guint i = 0; i < message->parts->len; i++) {
		if (!settle_part(worker, input, mail, message->parts->pdata[i]))
			return false;
	}
	return true;
}

static Signers *authenticate(const ImportWorker *worker, GBytes *content)
{
	const AuthenticateRules rules = limits_get_authentication(
		worker->task->settings, false,
		g_get_monotonic_time() + (gint64)DNS_SECONDS * G_USEC_PER_SEC);
	gsize size;
	const uint8_t *data = g_bytes_get_data(content, &size);

	return authenticate_message(&rules, data, size);
}

static bool settle_content(
	ImportWorker *worker, const Input *input, GBytes *content)
{
	ImportCounts *counts = import_batch_get_counts(worker->batch);
	g_autoptr(GError) failure = NULL;
	g_autoptr(ParsedMessage) message = report_file_parse_content(
		content, input->path, &worker->limits, worker->now, &failure);
	g_autoptr(Signers) signers = NULL;
	AdmitMail mail = {0};

	if (message == NULL) {
		import_batch_skip(worker->batch, input->name, failure);
		return true;
	}
	if (message->parts->len == 0) {
		counts->empty++;
		return true;
	}
	signers = authenticate(worker, content);
	mail.signers = signers;
	mail.submitter = parsed_message_get_submitter(message);
	return settle_parts(worker, input, &mail, message);
}

static void count_file(
	ImportWorker *worker, const Input *input, const InputFacts *facts)
{
	ImportCounts *counts = import_batch_get_counts(worker->batch);
	bool unread = facts->kind != NULL && kind_find(facts->kind) != NULL;

	if (facts->kind != NULL)
		import_counts_count(
			unread ? counts->unread : counts->kinds, facts->kind);
	if (facts->skipped > 0)
		command_complain("%s: %zu line%s before the first message "
				 "skipped",
			input->name, facts->skipped,
			facts->skipped == 1 ? "" : "s");
}

static bool read_input(ImportWorker *worker, const Input *input)
{
	ImportCounts *counts = import_batch_get_counts(worker->batch);
	g_autoptr(GPtrArray) messages = g_ptr_array_new();
	g_autoptr(GError) failure = NULL;
	InputFacts facts;
	g_autoptr(GBytes) content =
		input_read(input, report_file_get_size(&worker->limits),
			messages, &facts, &failure);

	count_file(worker, input, &facts);
	if (content == NULL && failure == NULL) {
		import_queue_replace(worker->queue, messages);
		return true;
	}
	/* The summary says of how many files of a kind this is so. */
	if (facts.kind != NULL && kind_find(facts.kind) != NULL)
		return true;
	counts->files++;
	if (content != NULL)
		return settle_content(worker, input, content);
	import_batch_skip(worker->batch, input->name, failure);
	return true;
}

static void *run(void *data)
{
	ImportWorker *worker = data;
	Input *input;
	bool done = true;

	while (done && (input = import_queue_take(worker->queue)) != NULL) {
		done = read_input(worker, input);
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
	admit_rules_init(&worker->rules, task->settings);
	if (task->unauthenticated)
		worker->rules.require_signature = false;
	worker->now = g_get_real_time() / G_USEC_PER_SEC;
	worker->batch = import_batch_new(task->store, task->quarantine);
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
	admit_rules_clear(&worker->rules);
	g_free(worker);
	return done;
}
