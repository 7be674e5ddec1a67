/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_REPORT_ENDPOINT_H
#define PROBE_REPORT_ENDPOINT_H

/* The place of an https: URI in rua, and whether reports can be sent there. */

#include <glib.h>
#include <stdint.h>

#include "probe/https-request.h"
#include "probe/resolver.h"

typedef enum {
	/* It could not be looked at. */
	REPORT_ENDPOINT_UNKNOWN,
	/* It answers to OPTIONS or HEAD with 2xx. */
	REPORT_ENDPOINT_READY,
	REPORT_ENDPOINT_UNREACHABLE,
	/* As HTTPS_CERTIFICATE. */
	REPORT_ENDPOINT_CERTIFICATE,
	/* It answers with something else. */
	REPORT_ENDPOINT_STATUS,
} ReportEndpointOutcome;

/* `problem` in words, for all but REPORT_ENDPOINT_READY. */
typedef struct {
	char *uri;
	char *host;
	/* 0 where the URI names none. */
	uint16_t port;
	char *target;
	ReportEndpointOutcome outcome;
	char *problem;
} ReportEndpoint;

/* NULL when it is no URI https://HOST/PATH, of which nothing is looked at yet.
 * The caller frees it. */
ReportEndpoint *report_endpoint_new(const char *uri);
void report_endpoint_free(ReportEndpoint *endpoint);

/* Asks the first address of the host to which there is a way. Sends no
 * report. */
void report_endpoint_look(ReportEndpoint *endpoint, Resolver *resolver,
	const HttpsRequestOptions *options, int64_t deadline);

#endif
