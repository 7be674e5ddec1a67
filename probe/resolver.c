/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/resolver.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

#include "probe/error.h"

enum {
	CLASS_IN = 1,
	/* One question; what remains is for the others of a domain. */
	QUESTION_SECONDS = 8,
	PROBLEM_MAX = 400,
};

/* A question that is under way, owned by who asks and, until it has been
 * called, by the callback. */
typedef struct {
	Resolver *resolver;
	gatomicrefcount references;
	bool done;
	int error;
	struct ub_result *result;
} Question;

/* `lock` guards the questions that are under way. */
struct Resolver {
	struct ub_ctx *context;
	const char *weakness;
	int wake;
	GThread *reader;
	GMutex lock;
	GCond arrived;
};

void resolver_answer_free(ResolverAnswer *answer)
{
	if (answer == NULL)
		return;
	g_free(answer->canonical);
	g_clear_pointer(&answer->records, g_ptr_array_unref);
	g_free(answer->problem);
	g_free(answer);
}

static bool set_servers(
	struct ub_ctx *context, const char *const *servers, GError **error)
{
	if (servers == NULL || *servers == NULL) {
		if (ub_ctx_resolvconf(context, NULL) == 0)
			return true;
		g_set_error(error, PROBE_ERROR, PROBE_ERROR_SETUP,
			"/etc/resolv.conf cannot be read: name a resolver");
		return false;
	}
	for (; *servers != NULL; servers++) {
		if (ub_ctx_set_fwd(context, *servers) != 0) {
			g_set_error(error, PROBE_ERROR, PROBE_ERROR_SETUP,
				"resolver \"%s\" must be ADDRESS or "
				"ADDRESS@PORT",
				*servers);
			return false;
		}
	}
	return true;
}

/* The library reads the file only with the first question. */
static bool set_anchor(struct ub_ctx *context, const char *path, GError **error)
{
	if (*path == '\0')
		return true;
	if (access(path, R_OK) == 0 && ub_ctx_add_ta_file(context, path) == 0)
		return true;
	g_set_error(error, PROBE_ERROR, PROBE_ERROR_SETUP,
		"trust anchor %s cannot be read: install dns-root-data, name "
		"another file, or \"\" for no validation",
		path);
	return false;
}

/* The library would answer for these without asking; a laboratory has them. */
static bool open_zones(struct ub_ctx *context)
{
	return ub_ctx_zone_remove(context, "test.") == 0;
}

static struct ub_ctx *open_context(
	const char *const *servers, const char *trust_anchor, GError **error)
{
	struct ub_ctx *context = ub_ctx_create();

	if (context == NULL)
		g_error("out of memory");
	ub_ctx_debugout(context, NULL);
	if (set_servers(context, servers, error) &&
		set_anchor(context, trust_anchor, error) &&
		ub_ctx_async(context, 1) == 0 && open_zones(context))
		return context;
	ub_ctx_delete(context);
	return NULL;
}

/* Hands what arrives to the callbacks, until it is woken to end. */
static void *read_answers(void *data)
{
	Resolver *resolver = data;
	struct pollfd files[] = {
		{.fd = ub_fd(resolver->context), .events = POLLIN},
		{.fd = resolver->wake, .events = POLLIN},
	};

	while (files[1].revents == 0) {
		poll(files, G_N_ELEMENTS(files), -1);
		if (files[0].revents != 0)
			ub_process(resolver->context);
	}
	return NULL;
}

static void release(Question *question)
{
	if (!g_atomic_ref_count_dec(&question->references))
		return;
	if (question->result != NULL)
		ub_resolve_free(question->result);
	g_free(question);
}

static void on_answer(void *data, int error, struct ub_result *result)
{
	Question *question = data;
	Resolver *resolver = question->resolver;

	g_mutex_lock(&resolver->lock);
	question->done = true;
	question->error = error;
	question->result = result;
	g_cond_broadcast(&resolver->arrived);
	g_mutex_unlock(&resolver->lock);
	release(question);
}

/* The result, which the caller frees, or NULL and what is wrong. A question
 * that is cancelled has no callback, unless that runs already. */
static struct ub_result *wait_for(
	Question *question, int id, int64_t deadline, const char **problem)
{
	Resolver *resolver = question->resolver;
	struct ub_result *result;
	bool done;

	g_mutex_lock(&resolver->lock);
	while (!question->done && g_cond_wait_until(&resolver->arrived,
					  &resolver->lock, deadline))
		continue;
	done = question->done;
	result = g_steal_pointer(&question->result);
	*problem = done ? ub_strerror(question->error) : "no answer in time";
	g_mutex_unlock(&resolver->lock);
	if (!done && ub_cancel(resolver->context, id) == 0)
		release(question);
	return result;
}

static void copy_records(GPtrArray *records, const struct ub_result *result)
{
	for (size_t i = 0; result->data[i] != NULL; i++)
		g_ptr_array_add(records,
			g_bytes_new(result->data[i], (gsize)result->len[i]));
}

static ResolverOutcome get_outcome(const struct ub_result *result)
{
	if (result->bogus)
		return RESOLVER_BOGUS;
	if (result->havedata)
		return RESOLVER_FOUND;
	if (result->nxdomain)
		return RESOLVER_NO_NAME;
	return result->rcode == 0 ? RESOLVER_NO_DATA : RESOLVER_FAILED;
}

static char *name_problem(
	const struct ub_result *result, ResolverOutcome outcome)
{
	if (outcome == RESOLVER_BOGUS)
		return g_strndup(
			result->why_bogus != NULL ? result->why_bogus : "",
			PROBLEM_MAX);
	if (outcome == RESOLVER_FAILED && result->rcode == 2)
		return g_strdup("SERVFAIL");
	if (outcome == RESOLVER_FAILED)
		return g_strdup_printf("rcode %d", result->rcode);
	return NULL;
}

static void read_result(ResolverAnswer *answer, const struct ub_result *result,
	const char *name)
{
	g_autofree char *canonical = NULL;

	answer->outcome = get_outcome(result);
	answer->problem = name_problem(result, answer->outcome);
	answer->secure = result->secure;
	if (result->canonname != NULL)
		canonical = address_canonical_domain(result->canonname);
	if (canonical != NULL && strcmp(canonical, name) != 0)
		answer->canonical = g_steal_pointer(&canonical);
	if (answer->outcome == RESOLVER_FOUND)
		copy_records(answer->records, result);
}

static ResolverAnswer *new_answer(void)
{
	ResolverAnswer *answer = g_new0(ResolverAnswer, 1);

	answer->outcome = RESOLVER_FAILED;
	answer->records =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return answer;
}

ResolverAnswer *resolver_ask(Resolver *resolver, const char *name,
	DnsRecordType type, int64_t deadline)
{
	int64_t last =
		g_get_monotonic_time() + QUESTION_SECONDS * G_USEC_PER_SEC;
	ResolverAnswer *answer = new_answer();
	Question *question = g_new0(Question, 1);
	struct ub_result *result = NULL;
	const char *problem = NULL;
	int error;
	int id;

	question->resolver = resolver;
	g_atomic_ref_count_init(&question->references);
	g_atomic_ref_count_inc(&question->references);
	error = ub_resolve_async(resolver->context, name, (int)type, CLASS_IN,
		question, on_answer, &id);
	if (error == 0) {
		result = wait_for(question, id, MIN(deadline, last), &problem);
	} else {
		problem = ub_strerror(error);
		release(question);
	}
	if (result != NULL)
		read_result(answer, result, name);
	else
		answer->problem = g_strdup(problem);
	ub_resolve_free(result);
	release(question);
	return answer;
}

static void start(Resolver *resolver, struct ub_ctx *context)
{
	resolver->context = context;
	resolver->wake = eventfd(0, EFD_CLOEXEC);
	if (resolver->wake < 0)
		g_error("no file descriptor is left");
	resolver->reader = g_thread_new("resolver", read_answers, resolver);
}

static void stop(Resolver *resolver)
{
	const uint64_t one = 1;

	if (write(resolver->wake, &one, sizeof(one)) < 0)
		g_error("an eventfd cannot be written");
	g_thread_join(resolver->reader);
	close(resolver->wake);
	ub_ctx_delete(resolver->context);
}

/* Servers that strip signatures make everything bogus, beginning with the
 * keys of the root: then it is better to go on without validation. */
static bool weaken(
	Resolver *resolver, const ResolverOptions *options, GError **error)
{
	g_autoptr(ResolverAnswer) answer = resolver_ask(resolver, ".",
		DNS_RECORD_DNSKEY,
		g_get_monotonic_time() + options->timeout * G_USEC_PER_SEC);
	struct ub_ctx *context;

	if (answer->outcome != RESOLVER_BOGUS)
		return true;
	context = open_context(options->servers, "", error);
	if (context == NULL)
		return false;
	stop(resolver);
	start(resolver, context);
	resolver->weakness = "the resolver does not hand on DNSSEC signatures "
			     "that fit the trust anchor: name one that does";
	return true;
}

Resolver *resolver_open(const ResolverOptions *options, GError **error)
{
	struct ub_ctx *context =
		open_context(options->servers, options->trust_anchor, error);
	g_autoptr(Resolver) resolver = NULL;

	if (context == NULL)
		return NULL;
	resolver = g_new0(Resolver, 1);
	g_mutex_init(&resolver->lock);
	g_cond_init(&resolver->arrived);
	start(resolver, context);
	if (*options->trust_anchor == '\0')
		resolver->weakness = "no trust anchor is set";
	else if (!weaken(resolver, options, error))
		return NULL;
	return g_steal_pointer(&resolver);
}

void resolver_close(Resolver *resolver)
{
	if (resolver == NULL)
		return;
	stop(resolver);
	g_mutex_clear(&resolver->lock);
	g_cond_clear(&resolver->arrived);
	g_free(resolver);
}

const char *resolver_get_weakness(const Resolver *resolver)
{
	return resolver->weakness;
}
