/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_HTTPS_REQUEST_H
#define PROBE_HTTPS_REQUEST_H

/* One request by HTTPS to one address: a valid certificate, no redirect, no
 * proxy, no cache. */

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	/* There is an answer, whatever it is. */
	HTTPS_DONE,
	/* Nothing can be said about the server. */
	HTTPS_NO_ROUTE,
	HTTPS_UNREACHABLE,
	/* The certificate is expired, not trusted or for another name. */
	HTTPS_CERTIFICATE,
} HttpsOutcome;

/* `port` is the one that stands for 443, which it is outside of a laboratory:
 * then no address of this host is connected to. `ca_file` is "" for the
 * authorities of the system. */
typedef struct {
	uint16_t port;
	const char *ca_file;
	const char *const *sources;
} HttpsRequestOptions;

/* All borrowed. `host` is the name, `address` where it is looked for; `target`
 * begins with a slash. With another `method` than GET, which is NULL, the body
 * is left out. */
typedef struct {
	const char *host;
	const char *address;
	uint16_t port;
	const char *method;
	const char *target;
	size_t body_max;
} HttpsRequest;

/* `media_type` is without parameters in lower case, "" for none; `location`
 * where it redirects to, escaped; `problem` in words, for all but HTTPS_DONE.
 * The body has one byte more than `body_max` where it is longer. */
typedef struct {
	HttpsOutcome outcome;
	long status;
	char *media_type;
	char *location;
	char *problem;
	GByteArray *body;
} HttpsAnswer;

/* Fills in the answer, until the deadline in microseconds of
 * g_get_monotonic_time(); https_answer_clear() frees what is in it. */
void https_request_run(const HttpsRequest *request,
	const HttpsRequestOptions *options, int64_t deadline,
	HttpsAnswer *answer);
void https_answer_clear(HttpsAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpsAnswer, https_answer_clear)

#endif
