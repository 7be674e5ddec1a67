/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_DKIM_KEY_H
#define TRUST_DKIM_KEY_H

/* The public keys of DKIM signatures (RFC 6376 section 3.6). */

#include <stdint.h>

typedef enum {
	DKIM_KEY_FOUND,
	/* There is none, or not exactly one. */
	DKIM_KEY_ABSENT,
	/* The DNS could not say. */
	DKIM_KEY_UNKNOWN,
} DkimKeyStatus;

enum {
	/* The longest record that is read, in bytes. */
	DKIM_KEY_SIZE_MAX = 4096,
	/* The longest wait for one of them. */
	DKIM_KEY_SECONDS = 20,
};

/* Asks the servers of resolv.conf(5), for up to DKIM_KEY_SECONDS and not after
 * the deadline, in the time of g_get_monotonic_time(); then it is
 * DKIM_KEY_UNKNOWN. `text` is the record when it was found; the caller frees
 * it. Safe in several threads. */
DkimKeyStatus dkim_key_fetch(const char *selector, const char *domain,
	int64_t deadline, char **text);

/* The record as it would be for any service, when its s= names tlsrpt (RFC 8460
 * section 3); else as it is. The caller frees it. */
char *dkim_key_open(const char *text);

#endif
