/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_TLSA_H
#define PROBE_TLSA_H

/* TLSA records of a mail server (RFC 6698, RFC 7671, RFC 7672). */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/certificate.h"

enum {
	/* Records of a host, and bytes of one, which may be a certificate. */
	TLSA_MAX = 50,
	TLSA_DATA_MAX = 16384,
	TLSA_DANE_TA = 2,
	TLSA_DANE_EE = 3,
};

/* One record; `unusable` is NULL, or says why no sender of mail may use it
 * (RFC 7672 section 3.1.3, RFC 6698 section 2.1): constant. */
typedef struct {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	GBytes *data;
	const char *unusable;
} Tlsa;

/* NULL when the bytes are no record. The caller frees it. */
Tlsa *tlsa_parse(GBytes *record);
void tlsa_free(Tlsa *tlsa);

/* The data in hexadecimal; the caller frees it. */
char *tlsa_get_hex(const Tlsa *tlsa);

/* Whether the record is of a certificate of the chain: for usage 3 the first,
 * else one of those after it. Whether the chain is good besides, it does not
 * say. */
bool tlsa_is_of(const Tlsa *tlsa, const Certificate *certificate);

#endif
