/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

#include <string.h>

#include "parser/quote.h"

enum {
	PROBLEM_MAX = 160,
};

bool judge_answer(DomainView *view, const char *name, ResolverOutcome outcome,
	const char *problem)
{
	const char *text = problem != NULL ? problem : "";
	g_autofree char *quoted = quote_text(text, strlen(text), PROBLEM_MAX);

	if (outcome == RESOLVER_BOGUS)
		finding_add(view->findings, FINDING_DNS_BOGUS, name,
			"The answer does not pass DNSSEC validation: %s",
			quoted);
	else if (outcome == RESOLVER_FAILED)
		finding_add(view->findings, FINDING_DNS_UNREACHABLE, name,
			"The name could not be looked up: %s", quoted);
	return outcome != RESOLVER_BOGUS && outcome != RESOLVER_FAILED;
}

/* A policy that is enforced turns failures into mail that is kept. */
static void raise_all(DomainView *view)
{
	for (guint i = 0; i < view->findings->len; i++) {
		Finding *finding = view->findings->pdata[i];

		if (finding_get_info(finding->code)->rises)
			finding->severity = FINDING_CRITICAL;
	}
}

/* A policy that is announced, and no way to it. */
static bool could_not_fetch(const DomainView *view)
{
	for (guint i = 0; i < view->fetches->len; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome != STS_FETCH_NO_ROUTE)
			return false;
	}
	return view->sts.matching == 1 && view->fetches->len > 0;
}

/* No way to any address, no time for one, or records that could not be
 * validated. */
static bool could_not_look(const DomainView *view)
{
	bool tried = false;

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];
		const MailExchanger *exchanger = mx->exchanger;

		if (view->weakness != NULL && exchanger->tlsas->len > 0)
			return true;
		for (guint j = 0; j < exchanger->addresses->len; j++) {
			const MailExchangerAddress *address =
				exchanger->addresses->pdata[j];

			const SmtpTlsResult *result = address->usual.result;

			if (result != NULL &&
				result->stage == SMTP_TLS_NOT_TRIED)
				return true;
			tried |= address->private ||
				 (result != NULL &&
					 result->stage != SMTP_TLS_NO_ROUTE);
		}
	}
	return !tried && !view->no_smtp && view->mx->len > 0;
}

static FindingSeverity get_verdict(const DomainView *view)
{
	FindingSeverity worst = could_not_look(view) || could_not_fetch(view)
					? FINDING_UNKNOWN
					: FINDING_OK;

	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		worst = MAX(worst, finding->severity);
	}
	return worst;
}

void judge_conclude(DomainView *view)
{
	finding_sort(view->findings);
	view->verdict = get_verdict(view);
}

void judge_domain(DomainView *view, const JudgeOptions *options)
{
	judge_dns(view);
	if (domain_view_has_hosts(view)) {
		judge_tlsrpt(view, options);
		judge_sts(view);
		judge_mx(view, options);
		judge_dane(view, options);
	}
	if (view->has_policy && view->policy.values.mode == POLICY_STS_ENFORCE)
		raise_all(view);
	judge_conclude(view);
}
