/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/advise/look.h"

#include <stdbool.h>
#include <string.h>

#include "cli/advise/advice.h"
#include "cli/check/domain-options.h"
#include "cli/side-by-side.h"
#include "parser/address.h"
#include "probe/domain-probe.h"

enum {
	/* Domains at once. */
	JOBS = 8,
};

/* Of reports, not of what senders do. */
static bool is_about_reports(const Finding *finding)
{
	return g_str_has_prefix(
		finding_get_info(finding->code)->code, "tlsrpt-");
}

static bool is_unseen(const DomainView *view)
{
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (finding->severity == FINDING_UNKNOWN)
			return true;
	}
	return false;
}

/* Reports are of yesterday: the policy may be another by now. */
static void compare_policy(Advice *advice, const DomainView *view)
{
	if (!view->has_policy)
		advice_object(advice, g_strdup("no policy can be had now"));
	else if (view->policy.values.mode != POLICY_STS_TESTING)
		advice_object(advice,
			g_strdup("the policy is in another mode by now, which "
				 "reporters have yet to see"));
}

static void judge(Advice *advice, const DomainView *view)
{
	if (is_unseen(view)) {
		advice_set_unseen(advice, "the DNS does not answer");
		return;
	}
	advice->looked = true;
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (finding->severity >= FINDING_WARNING &&
			!is_about_reports(finding))
			advice_object(advice,
				g_strdup_printf("seen now: %s at %s: %s",
					finding_get_info(finding->code)->code,
					finding->where, finding->text));
	}
	compare_policy(advice, view);
}

/* Reporters may write anything. */
static bool is_name(const char *domain)
{
	g_autofree char *canonical = address_canonical_domain(domain);

	return g_strcmp0(canonical, domain) == 0 &&
	       address_is_host_name(domain) && strstr(domain, "..") == NULL;
}

static void on_domain(void *data, void *user)
{
	Advice *advice = data;
	DomainProbe *probe = user;
	const char *domain = advice_get(advice, "policy_domain");
	g_autoptr(DomainView) view = NULL;

	if (!is_name(domain)) {
		advice_set_unseen(advice, "this is not the name of a domain");
		return;
	}
	view = domain_probe_run(probe, domain);
	judge(advice, view);
}

static GPtrArray *choose(GPtrArray *advices, guint most)
{
	GPtrArray *chosen = g_ptr_array_new();

	for (guint i = 0; i < advices->len; i++) {
		Advice *advice = advices->pdata[i];

		if (!advice_is_to_enforce(advice))
			continue;
		if (chosen->len < most)
			g_ptr_array_add(chosen, advice);
		else
			advice_set_unseen(advice,
				"there are many; name it to have it looked at");
	}
	return chosen;
}

void advise_look(const Settings *settings, GPtrArray *advices, guint most)
{
	g_autoptr(GPtrArray) chosen = choose(advices, most);
	g_autoptr(GError) problem = NULL;
	g_autoptr(DomainProbe) probe = NULL;
	g_auto(GStrv) files = NULL;
	DomainProbeOptions options;

	if (chosen->len == 0)
		return;
	files = domain_options_find_certificate_files(settings);
	options = domain_options_make(settings, (const char *const *)files);
	probe = domain_probe_open(&options, &problem);
	if (probe != NULL) {
		side_by_side_run(on_domain, chosen, JOBS, probe);
		return;
	}
	for (guint i = 0; i < chosen->len; i++)
		advice_set_unseen(chosen->pdata[i], problem->message);
}
