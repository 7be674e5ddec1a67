/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_ALLOWANCE_H
#define MILTER_ALLOWANCE_H

/* How much reports that no trusted signer has signed may add to the database in
 * a day (UTC): whoever likes can send them, in any number. Counted since the
 * process began, and in it alone. Safe in several threads. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/report.h"

/* Takes over the set of trusted signers; "*" in it stands for all domains.
 * Until the first call nobody is trusted. */
void allowance_set_trusted(GHashTable *domains);

/* Whether a report of this signer, "" for an unauthenticated one, may be stored
 * while untrusted ones may add `rows_most` rows in a day. The first that may
 * not is logged, once a day. Mail and HTTPS are counted apart: who floods one
 * does not close the other. */
bool allowance_permits(
	const char *auth_domain, bool over_https, int64_t rows_most);

/* Counts the rows of a report that was stored. */
void allowance_count(
	const char *auth_domain, bool over_https, const Report *report);

#endif
