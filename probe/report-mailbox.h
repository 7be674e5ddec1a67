/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_REPORT_MAILBOX_H
#define PROBE_REPORT_MAILBOX_H

/* The mailbox of a mailto: URI in rua, and whether reports can arrive there. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "probe/resolver.h"
#include "probe/smtp-tls.h"

/* `takes_mail` stays true where that could not be looked up. `requires_tls`:
 * its best host refuses mail that is not encrypted. */
typedef struct {
	char *address;
	bool takes_mail;
	bool requires_tls;
} ReportMailbox;

/* The address in a URI, unescaped, without what follows "?"; NULL when it is
 * no mailto: URI or has no address. The caller frees it. */
char *report_mailbox_get_address(const char *uri);

/* Looks at an address, which it takes over; `options` are NULL where no mail
 * server shall be tried. The caller frees the result. */
ReportMailbox *report_mailbox_new(char *address, Resolver *resolver,
	const SmtpTlsOptions *options, int64_t deadline);
void report_mailbox_free(ReportMailbox *mailbox);

#endif
