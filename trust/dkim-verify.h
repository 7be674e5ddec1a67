/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_DKIM_VERIFY_H
#define TRUST_DKIM_VERIFY_H

/* Verifies DKIM signatures with libopendkim, where that is built in. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trust/signers.h"

/* Whether it is built in. */
bool dkim_verify_is_available(void);

/* Adds the domains whose signature is valid, those whose key the DNS could not
 * give now as undecided. As for any mail but stricter, since reports are for
 * programs: RFC 8460 section 3 allows keys for s=tlsrpt alone; l= is refused,
 * and so are rsa-sha1 (RFC 8301) and a signature for which
 * dkim_signature_covers_kind() is false. At most SIGNERS_MAX signatures are
 * looked at. Asks the DNS no longer than until the deadline, in the time of
 * g_get_monotonic_time(). Safe in several threads. */
void dkim_verify_message(
	Signers *signers, const uint8_t *data, size_t size, int64_t deadline);

#endif
