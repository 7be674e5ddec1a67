/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTAKE_REASON_H
#define INTAKE_REASON_H

/* Why a report is not stored: one word for logs, metrics, summaries and the
 * quarantine, and one sentence for people. */

#include <glib.h>
#include <stdbool.h>

#define REASON_ERROR (reason_error_quark())

typedef enum {
	/* None of its policies is about one of policy_domains. */
	REASON_FOREIGN_DOMAIN,
	/* Its reporter has not signed it, and authentication is "require". */
	REASON_UNAUTHENTICATED,
	/* The DNS did not say whether its signature is valid. */
	REASON_DKIM,
	/* Another report has the same key. */
	REASON_CONFLICT,
	/* Too many messages are being taken in. */
	REASON_BUSY,
	/* All messages in transit together are too big. */
	REASON_CROWDED,
	/* Untrusted reports have added too much today. */
	REASON_FLOOD,
} ReasonCode;

GQuark reason_error_quark(void);

/* Sets the error of REASON_ERROR whose sentence the code stands for. `subject`
 * is the domain that it is about, for the codes about signatures: NULL when it
 * is unknown; ignored for the others. */
void reason_set_error(GError **error, ReasonCode code, const char *subject);

/* The word for any error that keeps a report out, of whatever domain: a
 * contract (tlsrpt-reports(7), REASONS), it never changes. Constant. */
const char *reason_get_word(const GError *error);

/* False when the same report may be stored at another time. */
bool reason_is_final(const GError *error);

#endif
