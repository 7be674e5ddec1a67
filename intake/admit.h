/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INTAKE_ADMIT_H
#define INTAKE_ADMIT_H

/* Whether a report is let into the database, and what becomes of one that is
 * not. The daemon, import and a retry from the quarantine ask here, so that
 * the same report has the same fate on each way. */

#include <glib.h>
#include <stdbool.h>

#include "conf/settings.h"
#include "parser/parser.h"
#include "sql/store-insert.h"
#include "sql/store.h"
#include "trust/signers.h"

/* `policy_domains` are canonical and end with NULL; none of them means that
 * reports about all domains are admitted. */
typedef struct {
	char **policy_domains;
	bool require_signature;
} AdmitRules;

/* What options policy_domains and authentication say. */
void admit_rules_init(AdmitRules *rules, const Settings *settings);
void admit_rules_clear(AdmitRules *rules);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AdmitRules, admit_rules_clear)

/* The mail that a report came in, as far as it is known; all borrowed.
 * `submitter` is the domain that the mail, apart from its report, says it is
 * from. `sender` and `queue_id` are NULL where there is no envelope. By
 * `deadline`, as g_get_monotonic_time() counts, the database has to have
 * answered, unless it is 0. */
typedef struct {
	const Signers *signers;
	const char *submitter;
	const char *sender;
	const char *queue_id;
	int64_t deadline;
} AdmitMail;

/* The domain in whose name the report is stored, borrowed from the signers: ""
 * for an unauthenticated report. NULL and an error of REASON_ERROR when it is
 * not stored: REASON_FOREIGN_DOMAIN, REASON_DKIM or REASON_UNAUTHENTICATED
 * (RFC 8460 section 3), the first of these that applies. Policies about other
 * domains than policy_domains are left out of the report. */
const char *admit_report(const AdmitRules *rules, const AdmitMail *mail,
	Report *report, GError **error);

/* What the database needs of an admitted report; borrows both, and computes
 * the digest. */
StoreReport admit_make_row(const Report *report, const char *auth_domain);

/* Stores an admitted report; `is_new` is false when it was there already.
 * False with an error that reason_get_word() knows: REASON_CONFLICT, or one of
 * the database. */
bool admit_store(Store *store, const AdmitMail *mail, const Report *report,
	const char *auth_domain, bool *is_new, GError **error);

/* What an answer of the database means: as admit_store(). */
bool admit_check_outcome(StoreOutcome outcome, bool *is_new, GError **error);

/* Puts a part into quarantine, for the reason `why`. */
bool admit_quarantine(Store *store, const AdmitMail *mail,
	const ParsedPart *part, const GError *why, GError **error);

#endif
