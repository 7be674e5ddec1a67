/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_DKIM_SIGNATURE_H
#define TRUST_DKIM_SIGNATURE_H

/* What a DKIM-Signature field says of itself (RFC 6376 section 3.5). Verifies
 * nothing. */

#include <glib.h>
#include <stdbool.h>

enum {
	/* A longer field is not read: a verifier's work grows with it. */
	DKIM_SIGNATURE_SIZE_MAX = 8192,
};

/* `domain` (d=) is in lower case, `selector` (s=) as written; `signature` (b=)
 * is without blanks. `covers_part` says that l= is there, whatever its value:
 * then only a part of the body is signed. */
typedef struct {
	char *domain;
	char *selector;
	char *signature;
	bool covers_part;
} DkimSignature;

/* Reads the value of a field, folded or not. NULL when it is no list of tags
 * (section 3.2), has a tag twice, or lacks d=, s= or b=. The caller owns the
 * result. */
DkimSignature *dkim_signature_parse(const char *value);

void dkim_signature_free(DkimSignature *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DkimSignature, dkim_signature_free)

#endif
