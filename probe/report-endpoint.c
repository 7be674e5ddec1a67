/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/report-endpoint.h"

#include <stdbool.h>
#include <string.h>

#include "parser/address.h"
#include "probe/host-address.h"

#define SCHEME "https://"

enum {
	PERCENT = 100,
	STATUS_NO_METHOD = 405,
	STATUS_UNKNOWN_METHOD = 501,
};

/* Of what is left of "HOST" or "HOST:PORT". */
static bool read_authority(ReportEndpoint *endpoint, const char *authority)
{
	g_autofree char *lower = g_ascii_strdown(authority, -1);
	g_auto(GStrv) parts = g_strsplit(lower, ":", 2);
	guint64 port = 0;

	if (parts[0] == NULL || !address_is_host_name(parts[0]))
		return false;
	if (parts[1] != NULL && !g_ascii_string_to_unsigned(parts[1], 10, 1,
					UINT16_MAX, &port, NULL))
		return false;
	endpoint->host = g_strdup(parts[0]);
	endpoint->port = (uint16_t)port;
	return true;
}

/* What curl would make something else of is not asked for. */
static bool is_target(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_isgraph(*text) || strchr("\"<>\\^`{|}#", *text))
			return false;
	}
	return true;
}

ReportEndpoint *report_endpoint_new(const char *uri)
{
	const char *rest = uri + strlen(SCHEME);
	g_autofree char *authority = NULL;
	ReportEndpoint *endpoint;

	if (g_ascii_strncasecmp(uri, SCHEME, strlen(SCHEME)) != 0 ||
		!is_target(rest))
		return NULL;
	authority = g_strndup(rest, strcspn(rest, "/?"));
	rest += strlen(authority);
	endpoint = g_new0(ReportEndpoint, 1);
	if (!read_authority(endpoint, authority)) {
		report_endpoint_free(endpoint);
		return NULL;
	}
	endpoint->uri = g_strdup(uri);
	endpoint->target = g_strconcat(*rest == '/' ? "" : "/", rest, NULL);
	return endpoint;
}

void report_endpoint_free(ReportEndpoint *endpoint)
{
	if (endpoint == NULL)
		return;
	g_free(endpoint->uri);
	g_free(endpoint->host);
	g_free(endpoint->target);
	g_free(endpoint->problem);
	g_free(endpoint);
}

static void conclude(ReportEndpoint *endpoint, ReportEndpointOutcome outcome,
	const char *problem)
{
	endpoint->outcome = outcome;
	g_free(endpoint->problem);
	endpoint->problem = g_strdup(problem);
}

/* A server may know neither OPTIONS nor HEAD, and take reports all the same. */
static void judge(ReportEndpoint *endpoint, const HttpsAnswer *answer)
{
	static const ReportEndpointOutcome failures[] = {
		[HTTPS_NO_ROUTE] = REPORT_ENDPOINT_UNKNOWN,
		[HTTPS_UNREACHABLE] = REPORT_ENDPOINT_UNREACHABLE,
		[HTTPS_CERTIFICATE] = REPORT_ENDPOINT_CERTIFICATE,
	};
	g_autofree char *text =
		g_strdup_printf("it answers %ld", answer->status);

	if (answer->outcome != HTTPS_DONE)
		conclude(endpoint, failures[answer->outcome], answer->problem);
	else if (answer->status / PERCENT == 2)
		conclude(endpoint, REPORT_ENDPOINT_READY, NULL);
	else if (answer->status == STATUS_NO_METHOD ||
		 answer->status == STATUS_UNKNOWN_METHOD)
		conclude(endpoint, REPORT_ENDPOINT_UNKNOWN, text);
	else
		conclude(endpoint, REPORT_ENDPOINT_STATUS, text);
}

/* Whether the address has said something. */
static bool ask(ReportEndpoint *endpoint, const char *address,
	const HttpsRequestOptions *options, int64_t deadline)
{
	static const char *const methods[] = {"OPTIONS", "HEAD"};
	bool answered = true;

	for (size_t i = 0; i < G_N_ELEMENTS(methods) && answered &&
			   endpoint->outcome != REPORT_ENDPOINT_READY;
		i++) {
		const HttpsRequest request = {
			.host = endpoint->host,
			.address = address,
			.port = endpoint->port != 0 ? endpoint->port
						    : options->port,
			.method = methods[i],
			.target = endpoint->target,
		};
		g_auto(HttpsAnswer) answer = {0};

		https_request_run(&request, options, deadline, &answer);
		judge(endpoint, &answer);
		answered = answer.outcome == HTTPS_DONE;
	}
	return answered || endpoint->outcome != REPORT_ENDPOINT_UNKNOWN;
}

void report_endpoint_look(ReportEndpoint *endpoint, Resolver *resolver,
	const HttpsRequestOptions *options, int64_t deadline)
{
	g_auto(HostAddress) addresses = {0};

	host_address_init(&addresses);
	host_address_ask(&addresses, resolver, endpoint->host, deadline);
	if (addresses.outcome == RESOLVER_FAILED ||
		addresses.outcome == RESOLVER_BOGUS)
		conclude(endpoint, REPORT_ENDPOINT_UNKNOWN, addresses.problem);
	else if (addresses.list->len == 0)
		conclude(endpoint, REPORT_ENDPOINT_UNREACHABLE,
			"the host has no address");
	for (guint i = 0; i < addresses.list->len; i++) {
		if (ask(endpoint, addresses.list->pdata[i], options, deadline))
			break;
	}
}
