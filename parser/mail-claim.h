/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PARSER_MAIL_CLAIM_H
#define PARSER_MAIL_CLAIM_H

/* What the header of a mail says of a report (RFC 8460 section 5.3). Nothing
 * of it is proven. */

#include <gmime/gmime.h>
#include <stdbool.h>

/* The canonical domain of TLS-Report-Domain, of TLS-Report-Submitter or else
 * of From, and of a subject as in the RFC. NULL where there is none. The caller
 * frees it. */
char *mail_claim_get_report_domain(GMimeMessage *mime);
char *mail_claim_get_submitter(GMimeMessage *mime);
char *mail_claim_get_subject_domain(GMimeMessage *mime);

/* Whether the mail says that it is a report, as candidate_is_claim() tells. */
bool mail_claim_is_made(GMimeMessage *mime);

#endif
