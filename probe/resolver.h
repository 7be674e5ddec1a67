/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_RESOLVER_H
#define PROBE_RESOLVER_H

/* Asks the DNS and validates the answers here (RFC 4035), by libunbound. All
 * functions but resolver_close() are safe in several threads. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/dns-record.h"

typedef enum {
	RESOLVER_FOUND,
	/* The name exists, without such a record. */
	RESOLVER_NO_DATA,
	RESOLVER_NO_NAME,
	/* Signatures are wrong or missing where they have to be. */
	RESOLVER_BOGUS,
	/* No answer, or one that says that there is none. */
	RESOLVER_FAILED,
} ResolverOutcome;

/* `records` are GBytes, no more than fit into a message of the DNS, which has
 * 64 KiB. `secure`: validated, or proven that there is nothing. `canonical` is
 * the name at the end of aliases, NULL without. `problem` says in words why an
 * answer is bogus or failed. */
typedef struct {
	ResolverOutcome outcome;
	bool secure;
	char *canonical;
	GPtrArray *records;
	char *problem;
} ResolverAnswer;

/* `servers` are ADDRESS or ADDRESS@PORT; NULL or empty: those of
 * /etc/resolv.conf. `trust_anchor` is a file of DS or DNSKEY records; "" for
 * no validation: then nothing is secure. `timeout` is the most seconds that one
 * question may take. All are borrowed while it opens. */
typedef struct {
	const char *const *servers;
	const char *trust_anchor;
	int64_t timeout;
} ResolverOptions;

typedef struct Resolver Resolver;

/* Asks for the keys of the root, where answers shall be validated. NULL and
 * PROBE_ERROR_SETUP when an option cannot be used. The caller closes it when
 * no thread asks any longer. */
Resolver *resolver_open(const ResolverOptions *options, GError **error);
void resolver_close(Resolver *resolver);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolver, resolver_close)

/* Why nothing is validated, borrowed: the servers do not hand on signatures,
 * or that was not wanted. NULL when answers are validated. */
const char *resolver_get_weakness(const Resolver *resolver);

/* Asks for a name; the answer comes by the deadline, in microseconds of
 * g_get_monotonic_time(), or is RESOLVER_FAILED. The caller owns it. */
ResolverAnswer *resolver_ask(Resolver *resolver, const char *name,
	DnsRecordType type, int64_t deadline);
void resolver_answer_free(ResolverAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolverAnswer, resolver_answer_free)

#endif
