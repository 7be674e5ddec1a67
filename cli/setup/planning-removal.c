/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/planning.h"

/* Since when mode none has been published: our ids are times. -1 where that is
 * not known. */
static int64_t get_since(const DomainView *view)
{
	const char *id = setup_planning_is_announced(view)
				 ? *view->sts_fields.values
				 : "";
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) since = g_date_time_new_from_iso8601(id, utc);
	int64_t seconds =
		since != NULL ? g_date_time_to_unix(since) : view->checked_at;

	return since != NULL && seconds > 0 && seconds <= view->checked_at
		       ? seconds
		       : -1;
}

/* A policy that was replaced is remembered by nobody but senders. */
static int64_t get_end(const SetupPlanning *planning, bool *known)
{
	const DomainView *view = planning->view;
	int64_t age = view->policy.values.max_age;
	int64_t since = view->checked_at;

	*known = planning->is_new && view->has_policy && age >= 0 &&
		 age <= STS_POLICY_AGE_MAX &&
		 view->policy.values.mode != POLICY_STS_NONE;
	if (*known)
		return since + age;
	if (!planning->is_new && get_since(view) >= 0)
		since = get_since(view);
	return since + STS_POLICY_AGE_MAX;
}

static void add_wait(const SetupPlanning *planning)
{
	bool known;
	int64_t end = get_end(planning, &known);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(end);
	g_autofree char *date = g_date_time_format(time, "%Y-%m-%d %H:%M UTC");
	SetupStep *step;

	if (end <= planning->view->checked_at) {
		setup_step_add_done(planning->steps, "Keep mode none",
			"It has been published for a year, which no policy "
			"outlasts.");
		return;
	}
	step = setup_step_add(planning->steps, "Keep mode none",
		known ? "Senders keep the old policy for its max_age, %" G_GINT64_FORMAT
			" seconds, and fetch this one by then. If an older one "
			"had a longer max_age, wait for that. Until then, "
			"record and policy have to stay."
		      : "How long the policy before it lasts is not known here: "
			"wait for its max_age, which is at most %" G_GINT64_FORMAT
			" seconds. Until then, record and policy have to "
			"stay.",
		known ? planning->view->policy.values.max_age
		      : (int64_t)STS_POLICY_AGE_MAX);
	step->wait_seconds = end - planning->view->checked_at;
	step->wait = g_strdup_printf(
		"until %s%s", date, known ? "" : " at the latest");
}

void setup_planning_add_removal(const SetupPlanning *planning)
{
	SetupServer server = planning->wish->server;
	g_autofree char *name =
		txt_record_get_name(TXT_RECORD_STS, planning->view->domain);
	g_autofree char *disable =
		setup_virtual_host_get_remove(server, planning->host);
	g_autofree char *path =
		setup_virtual_host_get_policy_path(planning->host);
	g_autofree char *file =
		setup_virtual_host_get_path(server, planning->host);
	SetupStep *step;

	add_wait(planning);
	step = setup_step_add(planning->steps, "Remove the record",
		"Remove the TXT record of %s from the zone.", name);
	step->wait_seconds = SETUP_PLANNING_WAIT_REMOVED;
	step = setup_step_add(planning->steps, "Remove the policy",
		"On the web server, as root; then remove the address of %s "
		"from the zone. The TLSRPT record stays: reports are useful "
		"without a policy.",
		planning->host);
	setup_step_take_content(step, NULL,
		g_strdup_printf("rm %s\n%srm %s\ncertbot delete --cert-name "
				"%s\n",
			path, disable, file, planning->host));
}
