/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/sts-fetch.h"

#include "probe/sts-policy.h"

#define TARGET "/.well-known/mta-sts.txt"

enum {
	PERCENT = 100,
	STATUS_OK = 200,
};

char *sts_fetch_get_host(const char *domain)
{
	return g_strconcat("mta-sts.", domain, NULL);
}

char *sts_fetch_get_url(const char *domain)
{
	return g_strconcat("https://mta-sts.", domain, TARGET, NULL);
}

StsFetch *sts_fetch_new(const char *address)
{
	StsFetch *fetch = g_new0(StsFetch, 1);

	fetch->address = g_strdup(address);
	fetch->body = g_byte_array_new();
	return fetch;
}

void sts_fetch_free(StsFetch *fetch)
{
	if (fetch == NULL)
		return;
	g_free(fetch->address);
	g_free(fetch->media_type);
	g_free(fetch->location);
	g_free(fetch->problem);
	g_byte_array_unref(fetch->body);
	g_free(fetch);
}

static StsFetchOutcome judge(const StsFetch *fetch, HttpsOutcome outcome)
{
	static const StsFetchOutcome failures[] = {
		[HTTPS_NO_ROUTE] = STS_FETCH_NO_ROUTE,
		[HTTPS_UNREACHABLE] = STS_FETCH_UNREACHABLE,
		[HTTPS_CERTIFICATE] = STS_FETCH_CERTIFICATE,
	};

	if (outcome != HTTPS_DONE)
		return failures[outcome];
	if (fetch->status / PERCENT == 3)
		return STS_FETCH_REDIRECT;
	if (fetch->status != STATUS_OK)
		return STS_FETCH_STATUS;
	return fetch->body->len > STS_POLICY_MAX ? STS_FETCH_TOO_BIG
						 : STS_FETCH_DONE;
}

/* NULL where the request has said it already, or there is nothing. */
static char *describe(const StsFetch *fetch)
{
	switch (fetch->outcome) {
	case STS_FETCH_REDIRECT:
		return g_strdup_printf("answered %ld and pointed to %s",
			fetch->status,
			fetch->location != NULL ? fetch->location : "nothing");
	case STS_FETCH_STATUS:
		return g_strdup_printf("answered %ld", fetch->status);
	case STS_FETCH_TOO_BIG:
		return g_strdup_printf(
			"is larger than %d bytes", STS_POLICY_MAX);
	default:
		return NULL;
	}
}

void sts_fetch_run(StsFetch *fetch, const HttpsRequestOptions *options,
	const char *domain, int64_t deadline)
{
	g_autofree char *host = sts_fetch_get_host(domain);
	const HttpsRequest request = {
		.host = host,
		.address = fetch->address,
		.port = options->port,
		.target = TARGET,
		.body_max = STS_POLICY_MAX,
	};
	g_auto(HttpsAnswer) answer = {0};

	https_request_run(&request, options, deadline, &answer);
	g_byte_array_unref(fetch->body);
	fetch->body = g_steal_pointer(&answer.body);
	fetch->status = answer.status;
	fetch->media_type = g_steal_pointer(&answer.media_type);
	fetch->location = g_steal_pointer(&answer.location);
	fetch->outcome = judge(fetch, answer.outcome);
	fetch->problem = answer.problem != NULL
				 ? g_steal_pointer(&answer.problem)
				 : describe(fetch);
}
