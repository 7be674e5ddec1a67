/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_STS_FETCH_H
#define PROBE_STS_FETCH_H

/* Fetches the policy of a domain from one address of its policy host, under
 * the rules of RFC 8461 section 3.3: HTTPS with a certificate for mta-sts and
 * the domain, no redirect, no cache. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/https-request.h"

typedef enum {
	STS_FETCH_DONE,
	STS_FETCH_NO_ROUTE,
	STS_FETCH_UNREACHABLE,
	/* The certificate is expired, not trusted or for another name. */
	STS_FETCH_CERTIFICATE,
	STS_FETCH_REDIRECT,
	STS_FETCH_STATUS,
	STS_FETCH_TOO_BIG,
} StsFetchOutcome;

/* What one address answered: `body` is owned, `media_type` without parameters
 * in lower case, "" for none; `location` where it redirects to; `problem` in
 * words, for all but STS_FETCH_DONE. */
typedef struct {
	char *address;
	StsFetchOutcome outcome;
	long status;
	char *media_type;
	char *location;
	char *problem;
	GByteArray *body;
} StsFetch;

/* The host, and the URL as RFC 8461 writes it; the caller frees them. */
char *sts_fetch_get_host(const char *domain);
char *sts_fetch_get_url(const char *domain);

/* Nothing fetched yet, from that address. The caller frees it. */
StsFetch *sts_fetch_new(const char *address);
void sts_fetch_free(StsFetch *fetch);

/* Fetches, until the deadline, in microseconds of g_get_monotonic_time(). */
void sts_fetch_run(StsFetch *fetch, const HttpsRequestOptions *options,
	const char *domain, int64_t deadline);

#endif
