/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/domain-probe.h"

#include <openssl/crypto.h>

#include "probe/mx-record.h"

/* A host that somebody looks at, or has looked at. */
typedef struct {
	MailExchanger *exchanger;
	guint pending;
	guint users;
	bool done;
} Host;

/* `lock` guards the hosts, what is pending in them and in runs. */
struct DomainProbe {
	DomainProbeOptions options;
	SmtpTlsOptions smtp;
	Resolver *resolver;
	GPtrArray *files;
	GMutex lock;
	GCond changed;
	GHashTable *hosts;
};

/* One domain that is being looked at. */
typedef struct {
	DomainProbe *probe;
	DomainView *view;
	int64_t deadline;
	GThreadPool *pool;
	guint pending;
} Run;

/* A part of a run; `host` and `index` where it is about one. */
typedef struct Task {
	void (*work)(const struct Task *task);
	Run *run;
	Host *host;
	guint index;
} Task;

static void free_host(Host *host)
{
	mail_exchanger_unref(host->exchanger);
	g_free(host);
}

static bool read_files(DomainProbe *probe, GError **error)
{
	const char *const *path = probe->options.certificate_files;

	for (; path != NULL && *path != NULL; path++) {
		Certificate *certificate = certificate_read_file(*path, error);

		if (certificate == NULL)
			return false;
		g_ptr_array_add(probe->files, certificate);
	}
	return true;
}

DomainProbe *domain_probe_open(
	const DomainProbeOptions *options, GError **error)
{
	g_autoptr(DomainProbe) probe = g_new0(DomainProbe, 1);

	g_mutex_init(&probe->lock);
	g_cond_init(&probe->changed);
	probe->options = *options;
	probe->hosts = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)free_host);
	probe->files = g_ptr_array_new_with_free_func(
		(GDestroyNotify)certificate_free);
	probe->smtp = (SmtpTlsOptions){
		.port = options->smtp_port,
		.ehlo_name = options->ehlo_name,
		.sources = options->sources,
		.store = certificate_open_store(options->ca_file, error),
		.context = smtp_tls_new_context(),
	};
	if (probe->smtp.store == NULL || !read_files(probe, error))
		return NULL;
	probe->resolver = resolver_open(&options->resolver, error);
	return probe->resolver != NULL ? g_steal_pointer(&probe) : NULL;
}

void domain_probe_close(DomainProbe *probe)
{
	if (probe == NULL)
		return;
	resolver_close(probe->resolver);
	X509_STORE_free(probe->smtp.store);
	SSL_CTX_free(probe->smtp.context);
	g_hash_table_unref(probe->hosts);
	g_ptr_array_unref(probe->files);
	g_mutex_clear(&probe->lock);
	g_cond_clear(&probe->changed);
	g_free(probe);
}

const char *domain_probe_get_weakness(const DomainProbe *probe)
{
	return resolver_get_weakness(probe->resolver);
}

static Task *new_task(
	void (*work)(const Task *task), Run *run, Host *host, guint index)
{
	Task *task = g_new0(Task, 1);

	*task = (Task){work, run, host, index};
	return task;
}

static void push(
	Run *run, void (*work)(const Task *task), Host *host, guint index)
{
	g_mutex_lock(&run->probe->lock);
	run->pending++;
	if (host != NULL)
		host->pending++;
	g_mutex_unlock(&run->probe->lock);
	if (!g_thread_pool_push(
		    run->pool, new_task(work, run, host, index), NULL) &&
		g_thread_pool_get_num_threads(run->pool) == 0)
		g_error("no thread can be started");
}

/* What OpenSSL keeps for a thread goes with the task: nobody waits for the end
 * of a thread. */
static void on_task(void *data, void *user)
{
	g_autofree Task *task = data;
	DomainProbe *probe = task->run->probe;

	(void)user;
	task->work(task);
	OPENSSL_thread_stop();
	g_mutex_lock(&probe->lock);
	task->run->pending--;
	if (task->host != NULL && --task->host->pending == 0)
		task->host->done = true;
	g_cond_broadcast(&probe->changed);
	g_mutex_unlock(&probe->lock);
}

static void try_address(const Task *task)
{
	const DomainProbe *probe = task->run->probe;

	mail_exchanger_try(task->host->exchanger, task->index, &probe->smtp,
		probe->options.thorough, task->run->view->checked_at,
		task->run->deadline);
}

/* The addresses are tried while this still counts as pending, so that the host
 * is done only when they are. */
static void look_up_host(const Task *task)
{
	Run *run = task->run;
	MailExchanger *exchanger = task->host->exchanger;

	mail_exchanger_look_up(exchanger, run->probe->resolver,
		&run->probe->smtp, run->deadline);
	for (guint i = 0; i < exchanger->addresses->len; i++) {
		if (!run->probe->options.no_smtp)
			push(run, try_address, task->host, i);
	}
}

static gboolean is_unused(void *name, void *value, void *user)
{
	const Host *host = value;

	(void)name;
	(void)user;
	return host->done && host->users == 0;
}

static Host *add_host(DomainProbe *probe, const char *name)
{
	Host *host = g_new0(Host, 1);

	if (g_hash_table_size(probe->hosts) >= DOMAIN_PROBE_HOSTS_MAX)
		g_hash_table_foreach_remove(probe->hosts, is_unused, NULL);
	host->exchanger = mail_exchanger_new(name);
	g_hash_table_insert(probe->hosts, g_strdup(name), host);
	return host;
}

/* Somebody else's host, or one of this run. */
static Host *get_host(Run *run, const char *name)
{
	DomainProbe *probe = run->probe;
	Host *host;
	bool known;

	g_mutex_lock(&probe->lock);
	host = g_hash_table_lookup(probe->hosts, name);
	known = host != NULL;
	if (!known)
		host = add_host(probe, name);
	host->users++;
	g_mutex_unlock(&probe->lock);
	if (!known)
		push(run, look_up_host, host, 0);
	return host;
}

/* What is not done by then is somebody else's, who still writes into it. */
static MailExchanger *wait_for_host(Run *run, Host *host)
{
	DomainProbe *probe = run->probe;
	MailExchanger *exchanger;

	g_mutex_lock(&probe->lock);
	while (!host->done &&
		g_cond_wait_until(&probe->changed, &probe->lock, run->deadline))
		continue;
	exchanger = host->done ? mail_exchanger_ref(host->exchanger)
			       : mail_exchanger_new(host->exchanger->host);
	host->users--;
	g_mutex_unlock(&probe->lock);
	return exchanger;
}

static void wait_for_tasks(Run *run)
{
	g_mutex_lock(&run->probe->lock);
	while (run->pending > 0)
		g_cond_wait(&run->probe->changed, &run->probe->lock);
	g_mutex_unlock(&run->probe->lock);
}

static GArray *ask_mx(Run *run)
{
	DomainView *view = run->view;
	g_autoptr(ResolverAnswer) answer = resolver_ask(run->probe->resolver,
		view->domain, DNS_RECORD_MX, run->deadline);
	GArray *records = mx_record_read(answer, view->domain, &view->cut);

	view->outcome = answer->outcome;
	view->problem = g_steal_pointer(&answer->problem);
	view->secure = answer->secure;
	view->null_mx = mx_record_is_null(records);
	return records;
}

static void look_at_mailbox(Run *run, const char *uri, GHashTable *seen)
{
	DomainProbe *probe = run->probe;
	char *address = report_mailbox_get_address(uri);

	if (address == NULL || !g_hash_table_add(seen, g_strdup(address))) {
		g_free(address);
		return;
	}
	g_ptr_array_add(run->view->mailboxes,
		report_mailbox_new(address, probe->resolver,
			probe->options.no_smtp ? NULL : &probe->smtp,
			run->deadline));
}

static HttpsRequestOptions get_https(const DomainProbe *probe)
{
	return (HttpsRequestOptions){
		.port = probe->options.https_port,
		.ca_file = probe->options.ca_file,
		.sources = probe->options.sources,
	};
}

/* Each into its place of the list. */
static void look_at_endpoint(const Task *task)
{
	Run *run = task->run;
	const HttpsRequestOptions options = get_https(run->probe);

	report_endpoint_look(run->view->endpoints->pdata[task->index],
		run->probe->resolver, &options, run->deadline);
}

static void look_at_endpoints(Run *run)
{
	domain_view_add_endpoints(run->view);
	for (guint i = 0; i < run->view->endpoints->len; i++)
		push(run, look_at_endpoint, NULL, i);
}

static void look_at_tlsrpt(const Task *task)
{
	Run *run = task->run;
	DomainView *view = run->view;
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	txt_record_ask(&view->tlsrpt, run->probe->resolver, TXT_RECORD_TLSRPT,
		view->domain, run->deadline);
	if (view->tlsrpt.matching != 1)
		return;
	txt_record_parse_tlsrpt(view->tlsrpt.text, &view->tlsrpt_fields);
	look_at_endpoints(run);
	for (char **uri = view->tlsrpt_fields.values; *uri != NULL; uri++)
		look_at_mailbox(run, *uri, seen);
}

static void look_at_sts(const Task *task)
{
	Run *run = task->run;
	DomainView *view = run->view;

	txt_record_ask(&view->sts, run->probe->resolver, TXT_RECORD_STS,
		view->domain, run->deadline);
	if (view->sts.matching == 1)
		txt_record_parse_sts(view->sts.text, &view->sts_fields);
}

/* Each into its place of the list. */
static void fetch_policy(const Task *task)
{
	Run *run = task->run;
	const HttpsRequestOptions options = get_https(run->probe);

	sts_fetch_run(run->view->fetches->pdata[task->index], &options,
		run->view->domain, run->deadline);
}

static void look_at_policy_host(const Task *task)
{
	Run *run = task->run;
	DomainView *view = run->view;
	const GPtrArray *addresses = view->policy_host.list;
	g_autofree char *host = sts_fetch_get_host(view->domain);

	host_address_ask(
		&view->policy_host, run->probe->resolver, host, run->deadline);
	for (guint i = 0; i < addresses->len; i++)
		g_ptr_array_add(
			view->fetches, sts_fetch_new(addresses->pdata[i]));
	for (guint i = 0; i < addresses->len; i++)
		push(run, fetch_policy, NULL, i);
}

static void look_at_records(Run *run)
{
	push(run, look_at_tlsrpt, NULL, 0);
	push(run, look_at_sts, NULL, 0);
	push(run, look_at_policy_host, NULL, 0);
}

/* The hosts of other runs are waited for at the end. */
static void look(Run *run)
{
	g_autoptr(GArray) records = ask_mx(run);
	Host *hosts[MX_RECORD_MAX];

	if (!domain_view_has_hosts(run->view))
		return;
	for (guint i = 0; i < records->len; i++)
		hosts[i] =
			get_host(run, g_array_index(records, MxRecord, i).host);
	look_at_records(run);
	wait_for_tasks(run);
	for (guint i = 0; i < records->len; i++)
		domain_view_add_mx(run->view,
			g_array_index(records, MxRecord, i).preference,
			wait_for_host(run, hosts[i]));
	domain_view_choose_policy(run->view);
}

DomainView *domain_probe_run(DomainProbe *probe, const char *domain)
{
	DomainView *view =
		domain_view_new(domain, g_get_real_time() / G_USEC_PER_SEC);
	const JudgeOptions options = {
		.soon_days = probe->options.soon_days,
		.files = probe->files,
		.our_addresses = probe->options.our_addresses,
	};
	Run run = {
		.probe = probe,
		.view = view,
		.deadline = g_get_monotonic_time() +
			    probe->options.timeout * G_USEC_PER_SEC,
		.pool = g_thread_pool_new(
			on_task, NULL, DOMAIN_PROBE_SIDE_BY_SIDE, FALSE, NULL),
	};

	view->weakness = resolver_get_weakness(probe->resolver);
	view->no_smtp = probe->options.no_smtp;
	look(&run);
	g_thread_pool_free(run.pool, FALSE, TRUE);
	judge_domain(view, &options);
	return view;
}
