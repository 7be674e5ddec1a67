/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/policy-kind.h"

#include <glib.h>

#include "parser/policy-string.h"

static const char fetch_delivery[] =
	"Mail was delivered under the policy that the sender had fetched "
	"earlier, or as if there were no policy.";

/* NULL fits any type or mode; of the rows that fit, the first counts. */
static const PolicyKind kinds[] = {
	{"sts", "enforce", "MTA-STS policy in mode enforce",
		"No mail went over these sessions: in mode enforce the sender "
		"must not deliver to an MX that does not pass. It tries other "
		"MX hosts and later again; if that never works, the mail "
		"bounces."},
	{"sts", "testing", "MTA-STS policy in mode testing",
		"Mail was delivered all the same: in mode testing a failure "
		"is only reported. In mode enforce it would have been "
		"withheld."},
	{"sts", "none", "MTA-STS policy in mode none",
		"Mail was delivered all the same: mode none requires nothing."},
	{"sts", NULL, "MTA-STS policy of unknown mode",
		"The report does not say the mode of the policy: in mode "
		"enforce no mail went over these sessions, otherwise it was "
		"delivered all the same."},
	{"tlsa", NULL, "DANE policy (TLSA records)",
		"No mail went over these sessions: a sender that uses DANE "
		"must not deliver to an MX that does not pass. It tries other "
		"MX hosts and later again; if that never works, the mail "
		"bounces."},
	{"no-policy-found", NULL, "No policy found, neither MTA-STS nor DANE",
		"Mail was delivered all the same, perhaps without encryption: "
		"without a policy a sender uses TLS only where it works."},
	{NULL, NULL, "Policy of a type that RFC 8460 does not define",
		"The report does not tell whether mail was delivered."},
};

static bool fits(const char *wanted, const char *value)
{
	return wanted == NULL || g_strcmp0(wanted, value) == 0;
}

const PolicyKind *policy_kind_find(const ReportPolicy *policy)
{
	g_auto(PolicySts) sts = {0};
	const PolicyKind *kind = kinds;
	const char *mode;

	policy_string_parse_sts(policy->policy_string, &sts);
	mode = policy_sts_mode_name(sts.mode);
	while (!fits(kind->type, policy->policy_type) ||
		!fits(kind->mode, mode))
		kind++;
	return kind;
}

bool policy_kind_is_fetch(const char *result_type)
{
	return g_str_has_prefix(result_type, "sts-");
}

const char *policy_kind_get_delivery(
	const PolicyKind *kind, const char *result_type)
{
	return policy_kind_is_fetch(result_type) ? fetch_delivery
						 : kind->delivery;
}
