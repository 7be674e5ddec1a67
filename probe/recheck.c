/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/recheck.h"

#include <string.h>

/* What has been seen at the addresses of a host, or of all. `renewed` is when
 * the newest certificate that was presented became valid. */
typedef struct {
	const DomainView *view;
	const char *result_type;
	GString *still;
	guint seen;
	int64_t renewed;
	int64_t valid_until;
	const char *problem;
} Search;

static void note_try(Search *search, const DomainViewMx *mx,
	const MailExchangerAddress *address, const MailExchangerTry *try)
{
	const SmtpTlsResult *result = try->result;

	if (result == NULL || result->stage <= SMTP_TLS_GREETING) {
		search->problem = result != NULL ? result->problem : NULL;
		return;
	}
	search->seen++;
	if (domain_view_shows(search->view, mx, try, search->result_type))
		g_string_append_printf(search->still, "%s%s",
			search->still->len > 0 ? ", " : "", address->address);
	if (result->certificate != NULL &&
		result->certificate->not_before > search->renewed) {
		search->renewed = result->certificate->not_before;
		search->valid_until = result->certificate->not_after;
	}
}

static void search_host(Search *search, const DomainViewMx *mx)
{
	const GPtrArray *addresses = mx->exchanger->addresses;

	for (guint i = 0; i < addresses->len; i++) {
		const MailExchangerAddress *address = addresses->pdata[i];

		note_try(search, mx, address, &address->usual);
		for (guint j = 0; j < address->others->len; j++)
			note_try(
				search, mx, address, address->others->pdata[j]);
	}
}

static char *write_day(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);

	return date != NULL ? g_date_time_format(date, "%Y-%m-%d")
			    : g_strdup("?");
}

static Recheck conclude(const Search *search, int64_t last, char **text)
{
	g_autofree char *since = write_day(search->renewed);
	g_autofree char *until = write_day(search->valid_until);

	if (search->still->len > 0) {
		*text = g_strdup_printf("still so on %s", search->still->str);
		return RECHECK_STILL;
	}
	if (search->seen == 0) {
		*text = g_strdup_printf("cannot be seen from here%s%s",
			search->problem != NULL ? ": " : "",
			search->problem != NULL ? search->problem : "");
		return RECHECK_UNSEEN;
	}
	if (search->renewed > last &&
		g_str_has_prefix(search->result_type, "certificate-")) {
		*text = g_strdup_printf("no longer so since %s (renewed, valid "
					"until %s), waits for reporters",
			since, until);
		return RECHECK_REPAIRED;
	}
	*text = g_strdup("fine from here");
	return RECHECK_FINE;
}

static Recheck recheck_host(const DomainView *view, const char *result_type,
	const char *host, int64_t last, char **text)
{
	g_autoptr(GString) still = g_string_new(NULL);
	Search search = {
		.view = view, .result_type = result_type, .still = still};

	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];

		if (host == NULL || strcmp(host, mx->exchanger->host) == 0)
			search_host(&search, mx);
	}
	return conclude(&search, last, text);
}

/* Which findings are what a result type is about, where it is not about what
 * one address presents. */
static const struct {
	const char *result_type;
	FindingCode first;
	FindingCode last;
} ranges[] = {
	{"sts-policy-fetch-error", FINDING_STS_POLICY_HOST_MISSING,
		FINDING_STS_POLICY_TOO_BIG},
	{"sts-policy-invalid", FINDING_STS_POLICY_MEDIA_TYPE,
		FINDING_STS_POLICY_SYNTAX},
	{"sts-webpki-invalid", FINDING_STS_POLICY_CERTIFICATE,
		FINDING_STS_POLICY_CERTIFICATE},
	{"tlsa-invalid", FINDING_TLSA_UNUSABLE, FINDING_TLSA_MISMATCH},
	{"dnssec-invalid", FINDING_TLSA_BOGUS, FINDING_TLSA_BOGUS},
	{"dnssec-invalid", FINDING_DNS_BOGUS, FINDING_DNS_BOGUS},
	{"dane-required", FINDING_TLSA_INSECURE, FINDING_TLSA_UNUSABLE},
};

static const Finding *find_in_range(
	const DomainView *view, FindingCode first, FindingCode last)
{
	for (guint i = 0; i < view->findings->len; i++) {
		const Finding *finding = view->findings->pdata[i];

		if (finding->code >= first && finding->code <= last)
			return finding;
	}
	return NULL;
}

static bool was_looked_at(const DomainView *view)
{
	return domain_view_has_hosts(view) && view->weakness == NULL;
}

Recheck recheck_result(const DomainView *view, const char *result_type,
	const char *host, int64_t last, char **text)
{
	bool known = false;

	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		const Finding *finding;

		if (strcmp(ranges[i].result_type, result_type) != 0)
			continue;
		known = true;
		finding = find_in_range(view, ranges[i].first, ranges[i].last);
		if (finding != NULL) {
			*text = g_strdup_printf("still so: %s at %s",
				finding_get_info(finding->code)->code,
				finding->where);
			return RECHECK_STILL;
		}
	}
	if (!known)
		return recheck_host(view, result_type, host, last, text);
	*text = g_strdup(was_looked_at(view) ? "fine from here"
					     : "cannot be seen from here");
	return was_looked_at(view) ? RECHECK_FINE : RECHECK_UNSEEN;
}

static bool has_pattern(char *const *list, const char *pattern)
{
	for (; *list != NULL; list++) {
		if (g_ascii_strcasecmp(*list, pattern) == 0)
			return true;
	}
	return false;
}

static bool is_subset(char *const *some, char *const *all)
{
	for (; *some != NULL; some++) {
		if (!has_pattern(all, *some))
			return false;
	}
	return true;
}

bool recheck_policy_differs(const DomainView *view, const char *const *lines)
{
	const PolicySts *now = &view->policy.values;
	g_auto(PolicySts) then = {0};

	policy_string_parse_sts(lines, &then);
	return !view->has_policy || then.mode != now->mode ||
	       then.max_age != now->max_age || !is_subset(then.mx, now->mx) ||
	       !is_subset(now->mx, then.mx);
}
