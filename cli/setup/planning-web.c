/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/setup/planning.h"
#include "cli/setup/policy.h"

static bool has_address(const DomainView *view)
{
	return view->policy_host.outcome == RESOLVER_FOUND;
}

static void add_address(const SetupPlanning *planning)
{
	static const char title[] = "Publish the policy host";
	const char *const *address = planning->wish->addresses;
	bool known = address != NULL && *address != NULL;
	SetupStep *step;

	if (has_address(planning->view)) {
		setup_step_add_done(planning->steps, title,
			"%s has an address.", planning->host);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"Senders fetch the policy from %s. %s", planning->host,
		known ? "Publish the address of the web server."
		      : "Publish an A or AAAA record with the address of the "
			"web server; --address=ADDRESS writes it.");
	for (; known && *address != NULL; address++)
		setup_step_add_record(step,
			strchr(*address, ':') != NULL ? SETUP_RECORD_AAAA
						      : SETUP_RECORD_A,
			planning->host, *address);
	setup_planning_finish_records(planning, step);
	step->wait_seconds = SETUP_PLANNING_WAIT_RECORD;
	step->wait = g_strdup("until all name servers have it");
}

/* Whether all addresses that can be reached from here are in that state. */
static bool is_all(const DomainView *view, bool (*is_so)(const StsFetch *fetch))
{
	bool any = false;

	for (guint i = 0; i < view->fetches->len; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome == STS_FETCH_NO_ROUTE)
			continue;
		if (!is_so(fetch))
			return false;
		any = true;
	}
	return any;
}

static bool has_certificate(const StsFetch *fetch)
{
	return fetch->outcome != STS_FETCH_UNREACHABLE &&
	       fetch->outcome != STS_FETCH_CERTIFICATE;
}

static bool is_served(const StsFetch *fetch)
{
	return fetch->outcome == STS_FETCH_DONE &&
	       strcmp(fetch->media_type, "text/plain") == 0;
}

static void add_certificate(const SetupPlanning *planning)
{
	static const char title[] = "Get a certificate";
	SetupStep *step;

	if (is_all(planning->view, has_certificate)) {
		setup_step_add_done(planning->steps, title,
			"The web server has a certificate for %s.",
			planning->host);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"Run this on the web server, whose port 80 has to be reachable. "
		"certbot also renews the certificate, and then reloads the web "
		"server.");
	setup_step_take_content(step, NULL,
		setup_virtual_host_get_certificate(
			planning->wish->server, planning->host));
}

static void add_policy(const SetupPlanning *planning)
{
	static const char title[] = "Write the policy";
	const char *mode = policy_sts_mode_name(planning->policy->mode);
	g_autofree char *path =
		setup_virtual_host_get_policy_path(planning->host);
	SetupStep *step;

	if (!planning->is_new) {
		setup_step_add_done(planning->steps, title,
			"The policy has mode %s, and all else that it needs.",
			mode);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"The policy with mode %s. On the web server, it goes to %s%s",
		mode, path,
		planning->view->has_policy
			? ", or where the one is that it replaces."
			: ".");
	setup_step_take_content(step, SETUP_PLAN_POLICY_FILE,
		setup_policy_write(planning->policy));
}

static void add_virtual_host(const SetupPlanning *planning)
{
	static const char title[] = "Serve the policy";
	SetupServer server = planning->wish->server;
	g_autofree char *path =
		setup_virtual_host_get_path(server, planning->host);
	g_autofree char *file = g_strconcat(planning->host, ".conf", NULL);
	SetupStep *step;

	if (is_all(planning->view, is_served)) {
		setup_step_add_done(planning->steps, title,
			"The web server serves a policy.");
		return;
	}
	step = setup_step_add(planning->steps, title,
		"The virtual host goes to %s on the web server.", path);
	setup_step_take_content(step, file,
		setup_virtual_host_write(
			server, planning->host, planning->wish->https_port));
	step = setup_step_add(planning->steps, "Enable the virtual host",
		"On the web server, as root.");
	setup_step_take_content(step, NULL,
		setup_virtual_host_get_enable(server, planning->host));
}

void setup_planning_add_web(const SetupPlanning *planning)
{
	add_address(planning);
	add_certificate(planning);
	add_policy(planning);
	add_virtual_host(planning);
}

bool setup_planning_is_announced(const DomainView *view)
{
	return view->sts.matching == 1 && view->sts_fields.problem == NULL &&
	       *view->sts_fields.values != NULL &&
	       txt_record_is_sts_id(*view->sts_fields.values);
}

/* The time, so that each change has another. */
static char *make_id(const DomainView *view)
{
	g_autoptr(GDateTime) now =
		g_date_time_new_from_unix_utc(view->checked_at);

	return g_date_time_format(now, "%Y%m%dT%H%M%SZ");
}

void setup_planning_add_record(const SetupPlanning *planning)
{
	static const char title[] = "Announce the policy";
	const DomainView *view = planning->view;
	bool replaces = view->sts.matching > 0 || view->sts.near;
	g_autofree char *name =
		txt_record_get_name(TXT_RECORD_STS, view->domain);
	g_autofree char *id = make_id(view);
	g_autofree char *text = g_strconcat("v=STSv1; id=", id, NULL);
	SetupStep *step;

	if (!planning->is_new && setup_planning_is_announced(view)) {
		setup_step_add_done(
			planning->steps, title, "%s announces it.", name);
		return;
	}
	step = setup_step_add(planning->steps, title,
		"Once the policy is served, publish this record%s. Each "
		"change of the policy needs another id.",
		replaces ? " in place of what there is, so that senders fetch "
			   "the policy again"
			 : "");
	setup_step_add_record(step, SETUP_RECORD_TXT, name, text);
	setup_planning_finish_records(planning, step);
}
