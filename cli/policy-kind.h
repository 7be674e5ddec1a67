/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_POLICY_KIND_H
#define CLI_POLICY_KIND_H

/* What the policy that a report is about demands of the sender, in words. */

#include <stdbool.h>

#include "parser/report.h"

/* Constant text. `title` names the policy, `delivery` says what happened to
 * the mail of a session that failed. `type` is NULL for a policy that RFC 8460
 * does not have; `mode` is for the table's use. */
typedef struct {
	const char *type;
	const char *mode;
	const char *title;
	const char *delivery;
} PolicyKind;

/* Goes by the type and, for MTA-STS, the mode line of the policy string. Never
 * NULL. */
const PolicyKind *policy_kind_find(const ReportPolicy *policy);

/* Whether it is the policy itself that could not be had (RFC 8461 section 5.1):
 * mail then goes by one that the sender still has, or by none. The database
 * decides the same in withholds_mail(). */
bool policy_kind_is_fetch(const char *result_type);

/* What happened to the mail of sessions that failed in this way under that
 * policy: constant text. */
const char *policy_kind_get_delivery(
	const PolicyKind *kind, const char *result_type);

#endif
