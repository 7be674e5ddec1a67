/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_AUTHENTICATE_H
#define TRUST_AUTHENTICATE_H

/* Finds out who signed a mail with DKIM. RFC 8460 section 3 has a report
 * without a valid signature of its reporter ignored. */

#include <stddef.h>
#include <stdint.h>

#include "trust/signers.h"

typedef enum {
	/* Nobody is known to have signed. */
	AUTHENTICATE_OFF,
	/* What the trusted server has written into the mail counts. */
	AUTHENTICATE_AUTHRES,
	/* The signatures are verified here, with keys from the DNS. */
	AUTHENTICATE_VERIFY,
} AuthenticateMethod;

/* `authserv_id`, borrowed, is for AUTHENTICATE_AUTHRES only; `deadline`, in the
 * time of g_get_monotonic_time(), for AUTHENTICATE_VERIFY: a key that has not
 * come by then leaves its signature undecided. */
typedef struct {
	AuthenticateMethod method;
	const char *authserv_id;
	int64_t deadline;
} AuthenticateRules;

/* AUTHENTICATE_AUTHRES: of the Authentication-Results fields only the top-most
 * of `authserv_id` is believed, exactly that and none below it, and none that
 * has one above it that cannot be read. A domain counts when the field says
 * that its signature passed, that signature is in the mail, and it covers the
 * mail as a report: it has no l=, which lets anyone append text, and signs what
 * dkim_signature_covers_kind() asks for.
 *
 * AUTHENTICATE_VERIFY asks the DNS; see dkim-verify.h.
 *
 * The mail is given from its first header field, with CRLF or LF. The caller
 * owns the result, never NULL. Safe in several threads. */
Signers *authenticate_message(
	const AuthenticateRules *rules, const uint8_t *data, size_t size);

#endif
