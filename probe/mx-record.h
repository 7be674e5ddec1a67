/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_MX_RECORD_H
#define PROBE_MX_RECORD_H

/* The MX records of a domain, as senders use them (RFC 5321 section 5.1). */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/resolver.h"

enum {
	MX_RECORD_MAX = 20,
};

/* `host` is "" for the root, which means that no mail is taken (RFC 7505). */
typedef struct {
	uint16_t preference;
	char *host;
} MxRecord;

/* The records in an answer: the lowest preference first, those alike by name,
 * each host once, at most MX_RECORD_MAX; `cut` when there are more. Without
 * such a record, but with a name, the domain itself is the only host. The
 * caller unrefs the array of MxRecord. */
GArray *mx_record_read(
	const ResolverAnswer *answer, const char *domain, bool *cut);

/* Whether the domain takes no mail. */
bool mx_record_is_null(const GArray *records);

#endif
