/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/check/domain-evidence.h"
#include "cli/check/domain-text.h"
#include "cli/check/postconf.h"
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
	command_complain("no database, so that nothing is known of what "
			 "reporters saw: %s",
		error->message);
}

static void push(GThreadPool *pool, size_t index)
{
	g_thread_pool_push(pool, GSIZE_TO_POINTER(index + 1), NULL);
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
	for (size_t i = 0; i < work->count; i++) {
		g_autoptr(DomainView) view = wait_for(work, i, start);

		if (i + AHEAD < work->count)
			push(pool, i + AHEAD);
		add_evidence(work, view);
		print_view(work, view, i == 0);
		command_flush();
		worst = MAX(worst, view->verdict);
	}
	g_thread_pool_free(pool, FALSE, TRUE);
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

/* Those of the Postfix of this host, if they can be read. */
static char **find_certificate_files(void)
{
	static const char *const words[] = {"-hx", "smtpd_tls_chain_files",
		"smtpd_tls_cert_file", "smtpd_tls_eccert_file", NULL};
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	g_autofree char *text = NULL;
	g_auto(GStrv) paths = NULL;

	if (access("/etc/postfix/main.cf", R_OK) == 0)
		text = postconf_run(words);
	paths = g_strsplit_set(text != NULL ? text : "", ", \t\n", -1);
	for (char **path = paths; *path != NULL; path++) {
		if (**path == '/' && access(*path, R_OK) == 0)
			g_ptr_array_add(files, g_strdup(*path));
		else if (**path == '/')
			command_complain("%s: cannot be read, and is not "
					 "compared with what is presented",
				*path);
	}
	g_ptr_array_add(files, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
}

static const char *choose(const char *said, const char *set)
{
	return said != NULL ? said : set;
}

static int64_t choose_number(int64_t said, int64_t set)
{
	return said != 0 ? said : set;
}

CommandStatus domain_check(const DomainCheck *check)
{
	const Settings *settings = check->settings;
	bool named = *settings->probe_certificate_files != NULL;
	g_auto(GStrv) files = named ? NULL : find_certificate_files();
	g_autoptr(GError) error = NULL;
	int64_t timeout =
		choose_number(check->timeout, settings->probe_timeout);
	const DomainProbeOptions options = {
		.resolver =
			{
				.servers = check->resolvers != NULL
						   ? check->resolvers
						   : settings->probe_resolvers,
				.trust_anchor = choose(check->trust_anchor,
					settings->probe_trust_anchor),
				.timeout = timeout,
			},
		.ca_file = choose(check->ca_file, settings->probe_ca_file),
		.ehlo_name = *settings->probe_ehlo_name != '\0'
				     ? settings->probe_ehlo_name
				     : g_get_host_name(),
		.smtp_port = (uint16_t)choose_number(
			check->smtp_port, settings->probe_smtp_port),
		.https_port = (uint16_t)choose_number(
			check->https_port, settings->probe_https_port),
		.timeout =
			choose_number(check->timeout, settings->probe_timeout),
		.sources = settings->probe_source_address,
		.certificate_files = named ? settings->probe_certificate_files
					   : (const char *const *)files,
		.no_smtp = check->no_smtp,
		.thorough = true,
		.soon_days = check->soon_days,
		.our_addresses = settings->report_addresses,
	};
	g_autoptr(DomainProbe) probe = domain_probe_open(&options, &error);

	return probe != NULL ? print_all(check, probe) : command_fail(error);
}
