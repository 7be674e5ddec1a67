/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_TXT_RECORD_H
#define PROBE_TXT_RECORD_H

/* The TXT records that a domain announces itself with: _smtp._tls (RFC 8460
 * section 3) and _mta-sts (RFC 8461 section 3.1). */

#include <glib.h>
#include <stdbool.h>

#include "probe/resolver.h"

enum {
	/* Bytes of one record, of which no more is read, and URIs of a rua. */
	TXT_RECORD_MAX = 4096,
	TXT_RECORD_RUA_MAX = 20,
};

/* What stands at a name. `matching` counts the records that begin with the
 * version, of which exactly one has to be; `text` is the first of them or,
 * where there is none, the first that looks as if it were meant: then `near`.
 */
typedef struct {
	ResolverOutcome outcome;
	char *problem;
	guint matching;
	bool near;
	char *text;
} TxtRecord;

typedef enum {
	TXT_RECORD_TLSRPT,
	TXT_RECORD_STS,
} TxtRecordKind;

/* The name at which a domain has it; the caller frees it. */
char *txt_record_get_name(TxtRecordKind kind, const char *domain);

/* Asks for it. Clear with txt_record_clear(). */
void txt_record_ask(TxtRecord *record, Resolver *resolver, TxtRecordKind kind,
	const char *domain, int64_t deadline);
void txt_record_clear(TxtRecord *record);

/* Chooses among the texts of all TXT records of a name. */
void txt_record_choose(
	TxtRecord *record, TxtRecordKind kind, const GPtrArray *texts);

/* The fields of a record that begins with its version. `problem` is NULL when
 * the record is as its RFC wants it, else says what is not; both are owned, and
 * `values`, which ends with NULL, has what could be read. */
typedef struct {
	char *problem;
	char **values;
} TxtRecordFields;

/* `values` are the URIs of rua. */
void txt_record_parse_tlsrpt(const char *text, TxtRecordFields *fields);

/* `values` is the id, or empty where there is none. Whether it is a good one,
 * txt_record_is_sts_id() says. */
void txt_record_parse_sts(const char *text, TxtRecordFields *fields);
void txt_record_fields_clear(TxtRecordFields *fields);

/* 1*32(ALPHA / DIGIT). */
bool txt_record_is_sts_id(const char *id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TxtRecordFields, txt_record_fields_clear)

#endif
