/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/policy.h"

#include <inttypes.h>
#include <string.h>

#include "cli/setup/name.h"

static bool are_good(char **patterns)
{
	for (; *patterns != NULL; patterns++) {
		if (!setup_name_is_good_pattern(*patterns))
			return false;
	}
	return true;
}

/* Without any, as mode none may be, nothing is covered. */
static bool covers_all(const DomainView *view)
{
	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		if (!sts_policy_covers(&view->policy, mx->exchanger->host))
			return false;
	}
	return view->mx->len > 0;
}

static char **list_hosts(const DomainView *view, GError **error)
{
	g_auto(GStrv) hosts = domain_view_list_hosts(view);

	for (char **host = hosts; *host != NULL; host++) {
		if (!setup_name_check("The MX host", *host, error))
			return NULL;
	}
	return g_steal_pointer(&hosts);
}

static char **choose_mx(
	const DomainView *view, PolicyStsMode mode, GError **error)
{
	char **published = view->policy.values.mx;

	if (view->has_policy && are_good(published) &&
		(mode == POLICY_STS_NONE || covers_all(view)))
		return g_strdupv(published);
	return mode == POLICY_STS_NONE ? g_new0(char *, 1)
				       : list_hosts(view, error);
}

/* A day, and more than a year, are good for nothing. */
static int64_t choose_age(const DomainView *view, PolicyStsMode mode)
{
	const PolicySts *values = &view->policy.values;
	bool usable = view->has_policy &&
		      values->max_age >= SETUP_POLICY_AGE_TESTING &&
		      values->max_age <= STS_POLICY_AGE_MAX;

	if (mode == POLICY_STS_ENFORCE)
		return usable ? MAX(values->max_age, SETUP_POLICY_AGE_ENFORCE)
			      : SETUP_POLICY_AGE_ENFORCE;
	return usable && values->mode == mode ? values->max_age
					      : SETUP_POLICY_AGE_TESTING;
}

bool setup_policy_choose(const DomainView *view, PolicyStsMode mode,
	PolicySts *policy, GError **error)
{
	policy->mode = mode;
	policy->max_age = choose_age(view, mode);
	policy->mx = choose_mx(view, mode, error);
	return policy->mx != NULL;
}

static bool is_same_everywhere(const DomainView *view)
{
	const StsFetch *first = NULL;

	for (guint i = 0; i < view->fetches->len; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome == STS_FETCH_NO_ROUTE)
			continue;
		if (fetch->outcome != STS_FETCH_DONE)
			return false;
		if (first == NULL)
			first = fetch;
		if (first->body->len != fetch->body->len ||
			memcmp(first->body->data, fetch->body->data,
				first->body->len) != 0)
			return false;
	}
	return first != NULL;
}

bool setup_policy_is_served(const DomainView *view, const PolicySts *policy)
{
	const PolicySts *values = &view->policy.values;

	return view->has_policy && *view->policy.problems == NULL &&
	       values->mode == policy->mode &&
	       values->max_age == policy->max_age &&
	       g_strv_equal((const char *const *)values->mx,
		       (const char *const *)policy->mx) &&
	       is_same_everywhere(view);
}

char *setup_policy_write(const PolicySts *policy)
{
	GString *file = g_string_new("version: STSv1\n");

	g_string_append_printf(
		file, "mode: %s\n", policy_sts_mode_name(policy->mode));
	for (char **mx = policy->mx; *mx != NULL; mx++)
		g_string_append_printf(file, "mx: %s\n", *mx);
	g_string_append_printf(file, "max_age: %" PRId64 "\n", policy->max_age);
	return g_string_free(file, FALSE);
}
