/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_DKIM_SIGNATURE_H
#define TRUST_DKIM_SIGNATURE_H

/* What a DKIM-Signature field says of itself (RFC 6376 section 3.5). Verifies
 * nothing. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	/* A longer field is not read: a verifier's work grows with it. */
	DKIM_SIGNATURE_SIZE_MAX = 8192,
};

/* `domain` (d=) is in lower case, `selector` (s=) as written; `signature` (b=)
 * is without blanks, `fields` (h=) as written, NULL when it is not there.
 * `covers_part` says that l= is there, whatever its value: then only a part of
 * the body is signed. */
typedef struct {
	char *domain;
	char *selector;
	char *signature;
	char *fields;
	bool covers_part;
} DkimSignature;

/* Whether `fields`, the value of h= or NULL, has what makes the mail a report
 * signed: Content-Type, as Microsoft signs it, or a TLS-Report- field (RFC 8460
 * section 5.3), as Google does. Else anybody could take a signed mail with
 * words of his own in it and have it read as a report. `has_report_fields` says
 * whether the mail has a TLS-Report- field at all. */
bool dkim_signature_covers_kind(const char *fields, bool has_report_fields);

/* Whether a header field is one of TLS-Report-Domain and
 * TLS-Report-Submitter. */
bool dkim_signature_is_report_field(const char *name, size_t size);

/* Reads the value of a field, folded or not. NULL when it is no list of tags
 * (section 3.2), has a tag twice, or lacks d=, s= or b=. The caller owns the
 * result. */
DkimSignature *dkim_signature_parse(const char *value);

void dkim_signature_free(DkimSignature *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DkimSignature, dkim_signature_free)

#endif
