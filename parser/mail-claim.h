/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MAIL_CLAIM_H
#define PARSER_MAIL_CLAIM_H

/* What the header of a mail says of a report (RFC 8460 section 5.3). Nothing
 * of it is proven. */

#include <gmime/gmime.h>
#include <stdbool.h>

#include "parser/mail-header.h"

/* The canonical domain of TLS-Report-Domain, of TLS-Report-Submitter or else
 * of From, and of a subject as in the RFC; NULL where there is none. `is_made`
 * tells whether the mail says that it is a report, as candidate_is_claim()
 * does. Counts its references. */
typedef struct {
	char *report_domain;
	char *submitter;
	char *subject_domain;
	char *message_id;
	bool is_made;
} MailClaim;

/* `body` is the outermost part of the mail, or NULL; GMime keeps the type of
 * the mail with it. */
MailClaim *mail_claim_new(const MailHeader *header, GMimeObject *body);

MailClaim *mail_claim_ref(MailClaim *claim);
void mail_claim_unref(MailClaim *claim);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailClaim, mail_claim_unref)

#endif
