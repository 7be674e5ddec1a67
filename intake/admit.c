/* SPDX-License-Identifier: BSD-2-Clause */
#include "intake/admit.h"

#include "intake/reason.h"
#include "parser/address.h"
#include "parser/report-write.h"
#include "sql/store-quarantine.h"

void admit_rules_init(AdmitRules *rules, const Settings *settings)
{
	rules->policy_domains =
		address_canonical_domains(settings->policy_domains);
	rules->require_signature =
		settings->authentication == SETTINGS_AUTHENTICATION_REQUIRE;
}

void admit_rules_clear(AdmitRules *rules)
{
	g_clear_pointer(&rules->policy_domains, g_strfreev);
}

static bool is_foreign(const AdmitRules *rules, Report *report)
{
	const char *const *domains = (const char *const *)rules->policy_domains;

	return *domains != NULL && !report_keep_policies(report, domains);
}

const char *admit_report(const AdmitRules *rules, const AdmitMail *mail,
	Report *report, GError **error)
{
	g_autofree char *reporter =
		report_find_reporter(report, mail->submitter);
	const char *verified = signers_find(mail->signers->verified, reporter);
	const char *undecided =
		signers_find(mail->signers->undecided, reporter);

	if (is_foreign(rules, report))
		reason_set_error(error, REASON_FOREIGN_DOMAIN, NULL);
	else if (verified != NULL)
		return verified;
	else if (undecided != NULL)
		reason_set_error(error, REASON_DKIM, undecided);
	else if (!rules->require_signature)
		return "";
	else
		reason_set_error(error, REASON_UNAUTHENTICATED, reporter);
	return NULL;
}

StoreReport admit_make_row(const Report *report, const char *auth_domain)
{
	StoreReport row = {
		.report = report,
		.auth_domain = auth_domain,
		.received_by = g_get_host_name(),
	};

	report_write_digest(report, row.digest);
	return row;
}

bool admit_check_outcome(StoreOutcome outcome, bool *is_new, GError **error)
{
	*is_new = outcome == STORE_OUTCOME_STORED;
	if (outcome != STORE_OUTCOME_CONFLICT)
		return true;
	reason_set_error(error, REASON_CONFLICT, NULL);
	return false;
}

bool admit_store(Store *store, const AdmitMail *mail, const Report *report,
	const char *auth_domain, bool *is_new, GError **error)
{
	StoreReport row = admit_make_row(report, auth_domain);
	StoreOutcome outcome;

	row.deadline = mail->deadline;
	return store_insert(store, &row, &outcome, error) &&
	       admit_check_outcome(outcome, is_new, error);
}

bool admit_quarantine(Store *store, const AdmitMail *mail,
	const ParsedPart *part, const GError *why, GError **error)
{
	StoreQuarantine row = {
		.reason = reason_get_word(why),
		.message = why->message,
		.envelope_sender = mail->sender,
		.queue_id = mail->queue_id,
		.received_by = g_get_host_name(),
		.part_name = part->name,
		.signed_by = (const char *const *)mail->signers->verified,
		.submitter = mail->submitter,
		.deadline = mail->deadline,
	};
	gsize size = 0;

	if (part->raw != NULL)
		row.raw = g_bytes_get_data(part->raw, &size);
	row.raw_size = size;
	return store_quarantine(store, &row, error);
}
