/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/plan.h"

#include "cli/setup/error.h"
#include "cli/setup/name.h"
#include "cli/setup/planning.h"
#include "cli/setup/policy.h"

static bool fail(GError **error, SetupErrorCode code, const char *domain,
	const char *problem)
{
	g_set_error(error, SETUP_ERROR, code, "%s: %s", domain, problem);
	return false;
}

static bool check_answer(const DomainView *view, const char *what,
	ResolverOutcome outcome, const char *problem, GError **error)
{
	if (outcome != RESOLVER_FAILED && outcome != RESOLVER_BOGUS)
		return true;
	g_set_error(error, SETUP_ERROR, SETUP_ERROR_UNKNOWN,
		"%s: %s cannot be looked up: %s", view->domain, what,
		problem != NULL ? problem : "no answer");
	return false;
}

/* Whether this host has a way to one of the addresses of the policy host. */
static bool check_route(const DomainView *view, GError **error)
{
	bool any = view->fetches->len == 0;

	for (guint i = 0; i < view->fetches->len; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		any |= fetch->outcome != STS_FETCH_NO_ROUTE;
	}
	if (!any)
		g_set_error(error, SETUP_ERROR, SETUP_ERROR_UNKNOWN,
			"%s: this host has no way to an address of mta-sts, "
			"and does not know what is served there",
			view->domain);
	return any;
}

/* Steps that rest on half an answer would be wrong. */
static bool check_answers(const DomainView *view, GError **error)
{
	return check_answer(view, "_smtp._tls", view->tlsrpt.outcome,
		       view->tlsrpt.problem, error) &&
	       check_answer(view, "_mta-sts", view->sts.outcome,
		       view->sts.problem, error) &&
	       check_answer(view, "mta-sts", view->policy_host.outcome,
		       view->policy_host.problem, error) &&
	       check_route(view, error);
}

static bool check_view(const DomainView *view, GError **error)
{
	if (!setup_name_check("The domain", view->domain, error) ||
		!check_answer(view, "the MX record", view->outcome,
			view->problem, error))
		return false;
	if (view->null_mx)
		return fail(error, SETUP_ERROR_REFUSED, view->domain,
			"takes no mail, and needs no policy");
	if (!domain_view_has_hosts(view))
		return fail(error, SETUP_ERROR_REFUSED, view->domain,
			"does not exist: check the spelling");
	if (view->cut)
		return fail(error, SETUP_ERROR_REFUSED, view->domain,
			"has more MX hosts than were looked at, and a policy "
			"has to name all");
	return check_answers(view, error);
}

static bool is_in_force(const DomainView *view, PolicyStsMode mode)
{
	return setup_planning_is_announced(view) && view->has_policy &&
	       *view->policy.problems == NULL &&
	       view->policy.values.mode == mode;
}

static bool choose_mode(const DomainView *view, PolicyStsMode wished,
	PolicyStsMode *mode, GError **error)
{
	bool enforced = is_in_force(view, POLICY_STS_ENFORCE);

	*mode = wished;
	if (wished == POLICY_STS_UNKNOWN)
		*mode = enforced ? POLICY_STS_ENFORCE : POLICY_STS_TESTING;
	if (*mode == POLICY_STS_ENFORCE && !enforced &&
		!is_in_force(view, POLICY_STS_TESTING)) {
		g_set_error(error, SETUP_ERROR, SETUP_ERROR_REFUSED,
			"%s: senders see no policy yet, and nobody knows what "
			"would fail: begin with tlsreport setup --mode testing "
			"%s",
			view->domain, view->domain);
		return false;
	}
	return true;
}

static void add_evidence(const SetupPlanning *planning)
{
	const char *domain = planning->view->domain;
	SetupStep *step;

	if (is_in_force(planning->view, POLICY_STS_ENFORCE))
		return;
	step = setup_step_add(planning->steps, "Make sure that nothing fails",
		"With mode enforce, senders keep their mail where encryption "
		"fails. Go on when the first command finds nothing that is a "
		"warning, and the second says enforce-now.");
	setup_step_take_content(step, NULL,
		g_strdup_printf("tlsreport check-domain %s\n"
				"tlsreport advise %s\n",
			domain, domain));
}

/* Resolvers may remember what was there before a record. */
static void wait_for_records(const SetupPlanning *planning)
{
	SetupStep *last = planning->steps->pdata[planning->steps->len - 1];

	for (guint i = 0; i < planning->steps->len; i++) {
		const SetupStep *step = planning->steps->pdata[i];

		if (step->records->len > 0 && last->wait_seconds == 0)
			last->wait_seconds = SETUP_PLANNING_WAIT_RECORD;
	}
}

static void add_check(const SetupPlanning *planning)
{
	const char *domain = planning->view->domain;
	bool testing = planning->policy->mode == POLICY_STS_TESTING;
	SetupStep *step;

	wait_for_records(planning);
	step = setup_step_add(planning->steps, "Look at the domain",
		"This finds what is still wrong, as the world sees it.");
	setup_step_take_content(step, NULL,
		g_strdup_printf("tlsreport check-domain %s\n", domain));
	if (!testing)
		return;
	step->wait_seconds = SETUP_PLANNING_WAIT_TESTING;
	step->wait = g_strdup("for two weeks of reports without a failure");
	step = setup_step_add(planning->steps, "Require encryption",
		"Until then, senders only report what fails. Once the first "
		"command says enforce-now, the second prints the steps to mode "
		"enforce.");
	setup_step_take_content(step, NULL,
		g_strdup_printf("tlsreport advise %s\n"
				"tlsreport setup --mode enforce %s\n",
			domain, domain));
}

static void add_steps(const SetupPlanning *planning)
{
	bool none = planning->policy->mode == POLICY_STS_NONE;

	if (planning->policy->mode == POLICY_STS_ENFORCE)
		add_evidence(planning);
	if (!none) {
		setup_planning_add_settings(planning);
		setup_planning_add_https(planning);
		setup_planning_add_tlsrpt(planning);
		setup_planning_add_hosts(planning);
	}
	setup_planning_add_web(planning);
	setup_planning_add_record(planning);
	if (none)
		setup_planning_add_removal(planning);
	else
		add_check(planning);
}

/* Nobody can have fetched a policy from where there is nothing. */
static void add_nothing(const SetupPlanning *planning)
{
	setup_step_add_done(planning->steps, "Withdraw the policy",
		"There is neither a record nor a policy.");
}

GPtrArray *setup_plan_make(const SetupPlanWish *wish, const DomainView *view,
	PolicyStsMode *mode, GError **error)
{
	g_auto(PolicySts) policy = {0};
	g_autofree char *host = sts_fetch_get_host(view->domain);
	g_autofree char *address = setup_planning_get_address(wish, view);
	SetupPlanning planning = {
		.wish = wish,
		.view = view,
		.policy = &policy,
		.host = host,
		.address = address,
	};

	if (!check_view(view, error) ||
		!choose_mode(view, wish->mode, mode, error) ||
		!setup_policy_choose(view, *mode, &policy, error))
		return NULL;
	planning.is_new = !setup_policy_is_served(view, &policy);
	planning.steps = setup_step_new_list();
	if (*mode == POLICY_STS_NONE && !view->has_policy &&
		view->sts.matching == 0)
		add_nothing(&planning);
	else
		add_steps(&planning);
	return planning.steps;
}
