/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_DNS_RECORD_H
#define PROBE_DNS_RECORD_H

/* The data of one record of the DNS, as it stands in an answer, made text and
 * numbers. Bytes that are no record of their type are refused. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/address.h"

typedef enum {
	DNS_RECORD_A = 1,
	DNS_RECORD_MX = 15,
	DNS_RECORD_TXT = 16,
	DNS_RECORD_AAAA = 28,
	DNS_RECORD_DNSKEY = 48,
	DNS_RECORD_TLSA = 52,
} DnsRecordType;

/* Preference and host (RFC 1035 section 3.3.9): in lower case, without the
 * final dot, so that the root is "", with \DDD for what no host name has. The
 * caller frees the host. */
bool dns_record_read_mx(GBytes *data, uint16_t *preference, char **host);

/* The strings joined without anything between them (RFC 7208 section 3.3), as
 * valid UTF-8 without NUL, of which the first `limit` bytes; NULL when they are
 * no strings. The caller frees it. */
char *dns_record_read_txt(GBytes *data, size_t limit);

/* The canonical text of the address of an A or AAAA record. */
bool dns_record_read_address(
	GBytes *data, DnsRecordType type, char address[ADDRESS_SIZE]);

#endif
