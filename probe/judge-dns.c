/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

static void judge_addresses(DomainView *view, const MailExchanger *exchanger)
{
	for (guint i = 0; i < exchanger->addresses->len; i++) {
		const MailExchangerAddress *address =
			exchanger->addresses->pdata[i];
		g_autofree char *place =
			mail_exchanger_get_place(exchanger, address);

		if (address->private)
			finding_add(view->findings, FINDING_MX_PRIVATE_ADDRESS,
				place, "%s is not a public address",
				address->address);
	}
}

static bool has_addresses(const DomainView *view)
{
	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		if (mx->exchanger->addresses->len > 0)
			return true;
	}
	return false;
}

static void judge_host(DomainView *view, const DomainViewMx *mx, bool others)
{
	const MailExchanger *exchanger = mx->exchanger;
	Finding *finding;

	if (!judge_answer(view, exchanger->host, exchanger->found.outcome,
		    exchanger->found.problem))
		return;
	if (exchanger->found.alias != NULL && view->outcome == RESOLVER_FOUND)
		finding_add(view->findings, FINDING_MX_IS_ALIAS,
			exchanger->host, "The host is an alias of %s",
			exchanger->found.alias);
	if (exchanger->addresses->len == 0) {
		finding = finding_add(view->findings, FINDING_MX_NO_ADDRESS,
			exchanger->host, "The host %s",
			exchanger->found.outcome == RESOLVER_NO_NAME
				? "does not exist"
				: "has no address");
		if (!others)
			finding->severity = FINDING_CRITICAL;
	}
	judge_addresses(view, exchanger);
}

static void judge_hosts(DomainView *view)
{
	bool others = has_addresses(view);

	if (view->outcome == RESOLVER_NO_DATA)
		finding_add(view->findings, FINDING_MX_MISSING, view->domain,
			"There is no MX record");
	for (guint i = 0; i < view->mx->len; i++)
		judge_host(view, view->mx->pdata[i], others);
}

void judge_dns(DomainView *view)
{
	if (!judge_answer(view, view->domain, view->outcome, view->problem))
		return;
	if (view->outcome == RESOLVER_NO_NAME)
		finding_add(view->findings, FINDING_DOMAIN_MISSING,
			view->domain, "The domain does not exist");
	else if (view->null_mx)
		finding_add(view->findings, FINDING_MX_NULL, view->domain,
			"The MX record is \".\"");
	else
		judge_hosts(view);
}
