/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/domain-evidence.h"

#include <string.h>

#include "cli/day.h"
#include "parser/policy-string.h"
#include "parser/quote.h"
#include "probe/judge.h"
#include "probe/recheck.h"
#include "sql/store-domain.h"

enum {
	REPORTERS_SHOWN = 5,
	REPORTER_MAX = 64,
	TYPE_MAX = 64,
	HOST_MAX = 253,
	DAY = 86400,
};

/* As severe as the alert while it is so, or cannot be seen. */
static FindingSeverity get_severity(const char *severity, Recheck recheck)
{
	if (recheck == RECHECK_REPAIRED || recheck == RECHECK_FINE)
		return FINDING_NOTICE;
	return strcmp(severity, "critical") == 0 ? FINDING_CRITICAL
						 : FINDING_WARNING;
}

static void add_alert(DomainView *view, const StoreTable *alerts, size_t row)
{
	const char *id = store_table_get(alerts, row, "alert_id");
	const char *type = store_table_get(alerts, row, "result_type");
	const char *host = store_table_get(alerts, row, "host");
	const char *first = store_table_get(alerts, row, "first_day");
	const char *last = store_table_get(alerts, row, "last_day");
	g_autofree char *where =
		quote_domain(host != NULL ? host : view->domain, HOST_MAX);
	g_autofree char *name = quote_domain(type, TYPE_MAX);
	g_autofree char *text = NULL;
	Recheck recheck =
		recheck_result(view, type, host, day_get_start(last), &text);
	Finding *finding = finding_add(view->findings, FINDING_REPORTED_FAILING,
		where, "Reporters saw %s in %s sessions from %s to %s: %s",
		name, store_table_get(alerts, row, "failed_sessions"), first,
		last, text);

	finding->severity =
		get_severity(store_table_get(alerts, row, "severity"), recheck);
	finding_add_line(finding, "tlsreport alert show %s", id);
	if (recheck == RECHECK_FINE)
		finding_add(view->findings, FINDING_FINE_FROM_HERE, where,
			"Reporters see %s, and it is fine from here", name);
}

/* Whose policy is another than the one that is published, and how long they
 * may keep it. */
static void add_policies(DomainView *view, const StoreTable *policies)
{
	g_autoptr(GString) list = g_string_new(NULL);
	size_t count = 0;

	for (size_t i = 0; i < policies->row_count; i++) {
		g_auto(GStrv) lines = policy_string_split(
			store_table_get(policies, i, "policy"));
		g_auto(PolicySts) sts = {0};
		const char *reporter = store_table_get(policies, i, "reporter");
		g_autofree char *name =
			quote_text(reporter, strlen(reporter), REPORTER_MAX);
		g_autofree char *until = NULL;

		if (!recheck_policy_differs(view, (const char *const *)lines))
			continue;
		policy_string_parse_sts((const char *const *)lines, &sts);
		until = recheck_write_day(
			day_get_start(store_table_get(policies, i, "day")) +
			DAY + CLAMP(sts.max_age, 0, STS_POLICY_AGE_MAX));
		if (count++ < REPORTERS_SHOWN)
			g_string_append_printf(list, "%s%s (%s, until %s)",
				count > 1 ? ", " : "", name,
				sts.mode != POLICY_STS_UNKNOWN
					? policy_sts_mode_name(sts.mode)
					: "no mode",
				until);
	}
	if (count > REPORTERS_SHOWN)
		g_string_append_printf(
			list, " and %zu more", count - REPORTERS_SHOWN);
	if (count > 0)
		finding_add(view->findings, FINDING_REPORTED_OLD_POLICY,
			view->domain,
			"Reporters used another policy than the one that is "
			"published now: %s",
			list->str);
}

/* Whether a policy that was seen before is the one that is published now. */
static bool is_same_policy(
	const DomainView *view, const StoreTable *seen, size_t row)
{
	const PolicySts *now = &view->policy.values;
	g_autofree char *mx = g_strjoinv("\n", now->mx);

	return g_strcmp0(store_table_get(seen, row, "sts_mode"),
		       policy_sts_mode_name(now->mode)) == 0 &&
	       store_table_get_number(seen, row, "sts_max_age") ==
		       now->max_age &&
	       g_strcmp0(store_table_get(seen, row, "sts_mx"), mx) == 0;
}

/* What was seen before the policy changed, or before the id did, had to have
 * another id, or another policy. */
static void add_changes(DomainView *view, const StoreTable *seen)
{
	char *const *ids = view->sts_fields.values;
	const char *id = ids != NULL ? *ids : NULL;
	g_autofree char *where =
		txt_record_get_name(TXT_RECORD_STS, view->domain);

	if (!view->has_policy || id == NULL)
		return;
	for (size_t row = 0; row < seen->row_count; row++) {
		const char *before = store_table_get(seen, row, "sts_id");
		const char *mode = store_table_get(seen, row, "sts_mode");
		const char *when = store_table_get(seen, row, "observed_at");
		bool same_policy = is_same_policy(view, seen, row);
		bool same_id = g_strcmp0(before, id) == 0;

		if (before == NULL || mode == NULL || (same_policy && same_id))
			continue;
		if (same_id)
			finding_add(view->findings,
				FINDING_STS_POLICY_CHANGED_SAME_ID, where,
				"On %s there was another policy (mode %s), and "
				"the same id",
				when, mode);
		else if (same_policy && row == 0)
			finding_add(view->findings,
				FINDING_STS_ID_CHANGED_SAME_POLICY, where,
				"The policy is that of %s, and the id another",
				when);
		return;
	}
}

/* The record has been there for days, and nobody has reported. */
static void add_silence(DomainView *view, const StoreDomain *known)
{
	const StoreTable *seen = known->observations;
	g_autofree char *where =
		txt_record_get_name(TXT_RECORD_TLSRPT, view->domain);
	bool old = false;

	for (size_t row = 0; row < seen->row_count; row++) {
		if (g_strcmp0(store_table_get(seen, row, "tlsrpt_record"),
			    view->tlsrpt.text) != 0)
			break;
		old = *store_table_get(seen, row, "is_old") == 't';
	}
	if (old && view->tlsrpt.matching == 1 && !known->has_reports)
		finding_add(view->findings, FINDING_REPORTED_NONE, where,
			"The record has been there for more than three days, "
			"and there is no report about the domain");
}

bool domain_evidence_add(DomainView *view, Store *store, GError **error)
{
	g_auto(GStrv) hosts = domain_view_list_hosts(view);
	g_auto(StoreDomain) known = {0};

	if (!store_domain_read(&known, store, view->domain,
		    (const char *const *)hosts, error))
		return false;
	for (size_t i = 0; i < known.alerts->row_count; i++)
		add_alert(view, known.alerts, i);
	add_policies(view, known.policies);
	add_changes(view, known.observations);
	add_silence(view, &known);
	judge_conclude(view);
	return true;
}
