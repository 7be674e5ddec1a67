/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/check/domain-evidence.h"
#include "cli/check/domain-options.h"
#include "cli/check/domain-text.h"
#include "cli/check/probe-open.h"
#include "cli/progress.h"
#include "probe/domain-probe-write.h"
#include "probe/domain-probe.h"

enum {
	JOBS = 8,
	/* Domains that may be done before it is their turn. */
	AHEAD = 100,
	PROGRESS_INTERVAL = G_USEC_PER_SEC / 5,
};

/* `views` has those that are done and not printed; the lock guards it. */
typedef struct {
	const DomainCheck *check;
	DomainProbe *probe;
	GMutex lock;
	GCond done;
	size_t count;
	size_t finished;
	DomainView **views;
	bool no_database;
} Work;

static void on_domain(void *data, void *user)
{
	Work *work = user;
	size_t index = GPOINTER_TO_SIZE(data) - 1;
	DomainView *view =
		domain_probe_run(work->probe, work->check->domains[index]);

	g_mutex_lock(&work->lock);
	work->views[index] = view;
	work->finished++;
	g_cond_signal(&work->done);
	g_mutex_unlock(&work->lock);
}

/* Shows how far it has come while it waits. */
static DomainView *wait_for(Work *work, size_t index, int64_t start)
{
	DomainView *view;

	g_mutex_lock(&work->lock);
	while (work->views[index] == NULL) {
		int64_t now = g_get_monotonic_time();

		progress_show(
			"domains", 1, work->finished, work->count, now - start);
		g_cond_wait_until(
			&work->done, &work->lock, now + PROGRESS_INTERVAL);
	}
	view = g_steal_pointer(&work->views[index]);
	g_mutex_unlock(&work->lock);
	return view;
}

static void print_json(const DomainView *view, bool first)
{
	json_t *object = domain_probe_write(view);
	char *text = json_dumps(object, JSON_INDENT(1) | JSON_ENSURE_ASCII);

	command_printf("%s%s", first ? "" : ",\n", text);
	free(text);
	json_decref(object);
}

static void print_view(const Work *work, const DomainView *view, bool first)
{
	TextStyle style = text_get_style(STDOUT_FILENO);
	g_autofree char *text = NULL;

	progress_clear();
	if (work->check->json) {
		print_json(view, first);
		return;
	}
	text = domain_text_write(view, &style);
	command_printf("%s%s", first ? "" : "\n", text);
}

/* That there is no database is said once. */
static void add_evidence(Work *work, DomainView *view)
{
	g_autoptr(GError) error = NULL;

	if (work->no_database ||
		domain_evidence_add(view, work->check->store, &error))
		return;
	work->no_database = true;
	command_complain(
		"no database, so that what reporters saw is not known; "
		"see tlsreport check-db");
}

/* What was begun is still finished. */
static void stop(Work *work, GThreadPool *pool)
{
	g_thread_pool_free(pool, TRUE, TRUE);
	for (size_t i = 0; i < work->count; i++)
		domain_view_free(work->views[i]);
}

static void push(GThreadPool *pool, size_t index)
{
	if (!g_thread_pool_push(pool, GSIZE_TO_POINTER(index + 1), NULL) &&
		g_thread_pool_get_num_threads(pool) == 0)
		g_error("no thread can be started");
}

static FindingSeverity work_through(Work *work)
{
	gint jobs = work->check->jobs > 0 ? (gint)work->check->jobs : JOBS;
	GThreadPool *pool =
		g_thread_pool_new(on_domain, work, jobs, FALSE, NULL);
	int64_t start = g_get_monotonic_time();
	FindingSeverity worst = FINDING_OK;

	for (size_t i = 0; i < MIN(AHEAD, work->count); i++)
		push(pool, i);
	for (size_t i = 0; i < work->count && command_flush() == 0; i++) {
		g_autoptr(DomainView) view = wait_for(work, i, start);

		if (i + AHEAD < work->count)
			push(pool, i + AHEAD);
		add_evidence(work, view);
		print_view(work, view, i == 0);
		worst = MAX(worst, view->verdict);
	}
	stop(work, pool);
	return worst;
}

static const CommandStatus statuses[] = {
	[FINDING_OK] = COMMAND_DONE,
	[FINDING_NOTICE] = COMMAND_DONE,
	[FINDING_UNKNOWN] = COMMAND_UNAVAILABLE,
	[FINDING_WARNING] = COMMAND_BAD,
	[FINDING_CRITICAL] = COMMAND_BAD,
};

static CommandStatus print_all(const DomainCheck *check, DomainProbe *probe)
{
	size_t count = g_strv_length(check->domains);
	g_autofree DomainView **views = g_new0(DomainView *, count);
	Work work = {
		.check = check, .probe = probe, .count = count, .views = views};
	const char *weakness = domain_probe_get_weakness(probe);
	FindingSeverity worst;

	if (weakness != NULL)
		command_complain("without DNSSEC, so that DANE is unknown: %s",
			weakness);
	g_mutex_init(&work.lock);
	g_cond_init(&work.done);
	if (check->json)
		command_print("[");
	worst = work_through(&work);
	if (check->json)
		command_print("]\n");
	g_mutex_clear(&work.lock);
	g_cond_clear(&work.done);
	return statuses[worst];
}

CommandStatus domain_check(const DomainCheck *check)
{
	const Settings *settings = check->settings;
	g_auto(GStrv) files = domain_options_find_certificate_files(settings);
	DomainProbeOptions options =
		probe_open_get_options(check->options, settings);
	g_autoptr(DomainProbe) probe = NULL;
	g_autoptr(GError) error = NULL;

	options.certificate_files = (const char *const *)files;
	options.no_smtp = check->no_smtp;
	options.soon_days = check->soon_days;
	probe = domain_probe_open(&options, &error);
	if (probe != NULL)
		return print_all(check, probe);
	command_complain("%s", error->message);
	return COMMAND_USAGE;
}
