/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SQL_REPORT_KEY_H
#define SQL_REPORT_KEY_H

/* What makes two reports the same one. */

#include "sql/store-insert.h"

/* Bytes of a UUID. */
#define REPORT_KEY_SIZE 16

/* The first 16 bytes of SHA-256 over a version tag, the authenticated domain,
 * report-id, start of the period and the set of policy domains: report-ids
 * alone are not unique between reporters, domains or days. Of a report that is
 * not authenticated the digest is part of the key, so that it can never stand
 * in the way of another one. Fields are separated by NUL, which none of them
 * contains. */
void report_key_compute(
	const StoreReport *report, uint8_t key[REPORT_KEY_SIZE]);

#endif
