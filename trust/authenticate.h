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

/* AUTHENTICATE_AUTHRES: of the Authentication-Results fields only the top-most
 * of `authserv_id` is believed, exactly that and none below it, and none that
 * has one above it that cannot be read. A domain counts when the field says
 * that its signature passed, that signature is in the mail, and it has no l=,
 * with which anybody can append to the mail.
 *
 * AUTHENTICATE_VERIFY asks the DNS and may wait for it; see dkim-verify.h.
 *
 * The mail is given from its first header field, with CRLF or LF; `authserv_id`
 * is not used by other methods. The caller owns the result, never NULL. Safe
 * in several threads. */
Signers *authenticate_message(AuthenticateMethod method,
	const char *authserv_id, const uint8_t *data, size_t size);

#endif
