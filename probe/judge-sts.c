/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/judge.h"

#include <string.h>

#include "parser/quote.h"

enum {
	QUOTE_MAX = 200,
	DAY = 86400,
	STATUS_NOT_FOUND = 404,
	STATUS_GONE = 410,
};

static const FindingCode codes[] = {
	[STS_FETCH_UNREACHABLE] = FINDING_STS_POLICY_UNREACHABLE,
	[STS_FETCH_CERTIFICATE] = FINDING_STS_POLICY_CERTIFICATE,
	[STS_FETCH_REDIRECT] = FINDING_STS_POLICY_REDIRECT,
	[STS_FETCH_STATUS] = FINDING_STS_POLICY_STATUS,
	[STS_FETCH_TOO_BIG] = FINDING_STS_POLICY_TOO_BIG,
};

/* An id that changes with each edit: the time. */
static void show_record(Finding *finding, const DomainView *view)
{
	g_autoptr(GDateTime) now =
		g_date_time_new_from_unix_utc(view->checked_at);
	g_autofree char *id = g_date_time_format(now, "%Y%m%dT%H%M%SZ");

	finding_add_line(finding, "_mta-sts.%s. IN TXT \"v=STSv1; id=%s\"",
		view->domain, id);
}

static void judge_one_record(DomainView *view, const char *where)
{
	const TxtRecordFields *fields = &view->sts_fields;
	const char *id = *fields->values;
	g_autofree char *quoted =
		quote_text(view->sts.text, strlen(view->sts.text), QUOTE_MAX);

	if (fields->problem != NULL)
		show_record(
			finding_add(view->findings, FINDING_STS_SYNTAX, where,
				"In %s: %s", quoted, fields->problem),
			view);
	if (id == NULL)
		show_record(finding_add(view->findings, FINDING_STS_ID, where,
				    "%s has no id", quoted),
			view);
	else if (!txt_record_is_sts_id(id))
		show_record(finding_add(view->findings, FINDING_STS_ID, where,
				    "The id in %s has something else than "
				    "letters and digits, or more than 32",
				    quoted),
			view);
}

/* True when senders would see a record. */
static bool judge_record(DomainView *view)
{
	const TxtRecord *record = &view->sts;
	g_autofree char *where =
		txt_record_get_name(TXT_RECORD_STS, view->domain);

	if (!judge_answer(view, where, record->outcome, record->problem))
		return false;
	if (record->matching > 1)
		finding_add(view->findings, FINDING_STS_SEVERAL, where,
			"There are %u records that begin with v=STSv1",
			record->matching);
	else if (record->matching == 1)
		judge_one_record(view, where);
	else if (record->near) {
		g_autofree char *quoted = quote_text(
			record->text, strlen(record->text), QUOTE_MAX);

		show_record(
			finding_add(view->findings, FINDING_STS_SYNTAX, where,
				"%s does not begin with "
				"\"v=STSv1;\"",
				quoted),
			view);
	}
	return record->matching == 1;
}

/* There is neither a file nor a place for it. */
static bool is_absent(const StsFetch *fetch)
{
	return fetch->outcome == STS_FETCH_STATUS &&
	       (fetch->status == STATUS_NOT_FOUND ||
		       fetch->status == STATUS_GONE);
}

static void judge_fetch(
	DomainView *view, const StsFetch *fetch, const char *where)
{
	if (fetch->outcome != STS_FETCH_DONE &&
		fetch->outcome != STS_FETCH_NO_ROUTE)
		finding_add(view->findings, codes[fetch->outcome], where,
			"%s: %s", fetch->address, fetch->problem);
}

static void judge_media_type(DomainView *view, const char *where)
{
	const StsFetch *done = NULL;
	Finding *finding;
	g_autofree char *quoted = NULL;

	for (guint i = 0; i < view->fetches->len && done == NULL; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome == STS_FETCH_DONE)
			done = fetch;
	}
	if (done == NULL || strcmp(done->media_type, "text/plain") == 0)
		return;
	quoted = quote_text(
		done->media_type, strlen(done->media_type), QUOTE_MAX);
	finding = finding_add(view->findings, FINDING_STS_POLICY_MEDIA_TYPE,
		where, "The file is sent as %s",
		*done->media_type != '\0' ? quoted : "no type at all");
	if (strcmp(done->media_type, "text/html") == 0)
		finding->severity = FINDING_WARNING;
}

static bool is_same(const StsFetch *a, const StsFetch *b)
{
	return a->body->len == b->body->len &&
	       memcmp(a->body->data, b->body->data, a->body->len) == 0;
}

static void judge_difference(DomainView *view, const char *where)
{
	const StsFetch *first = NULL;

	for (guint i = 0; i < view->fetches->len; i++) {
		const StsFetch *fetch = view->fetches->pdata[i];

		if (fetch->outcome != STS_FETCH_DONE)
			continue;
		if (first != NULL && !is_same(first, fetch)) {
			finding_add(view->findings, FINDING_STS_POLICY_DIFFERS,
				where, "%s and %s serve different files",
				first->address, fetch->address);
			return;
		}
		if (first == NULL)
			first = fetch;
	}
}

static void judge_policy(DomainView *view, const char *where)
{
	const StsPolicy *policy = &view->policy;
	g_autofree char *problems = g_strjoinv("; ", policy->problems);

	if (*policy->problems != NULL)
		finding_add(view->findings, FINDING_STS_POLICY_SYNTAX, where,
			"%s", problems);
	if (policy->values.max_age >= 0 && policy->values.max_age <= DAY)
		finding_add(view->findings, FINDING_STS_MAX_AGE_SHORT, where,
			"max_age is %" G_GINT64_FORMAT, policy->values.max_age);
	if (policy->values.max_age > STS_POLICY_AGE_MAX)
		finding_add(view->findings, FINDING_STS_MAX_AGE_LONG, where,
			"max_age is %" G_GINT64_FORMAT, policy->values.max_age);
}

/* A host whose name is not known from an MX record that counts. */
static void judge_cover(DomainView *view, const char *where)
{
	const StsPolicy *policy = &view->policy;

	if (policy->values.mode == POLICY_STS_NONE ||
		*policy->values.mx == NULL)
		return;
	for (guint i = 0; i < view->mx->len; i++) {
		const DomainViewMx *mx = view->mx->pdata[i];
		g_autofree char *patterns = g_strjoinv(", ", policy->values.mx);
		g_autofree char *quoted =
			quote_text(patterns, strlen(patterns), QUOTE_MAX);

		if (!sts_policy_covers(policy, mx->exchanger->host))
			finding_add(view->findings, FINDING_STS_MX_NOT_COVERED,
				mx->exchanger->host,
				"The policy has mx %s, which does not cover "
				"%s",
				quoted, mx->exchanger->host);
	}
	for (char **mx = policy->values.mx; *mx != NULL && !view->cut; mx++) {
		bool used = false;

		for (guint i = 0; i < view->mx->len; i++) {
			const DomainViewMx *host = view->mx->pdata[i];

			used |= sts_policy_pattern_covers(
				*mx, host->exchanger->host);
		}
		if (!used && view->mx->len > 0)
			finding_add(view->findings, FINDING_STS_MX_UNUSED,
				where, "The policy has mx %s", *mx);
	}
}

/* That a policy is announced and not there, or there and not announced. */
static void judge_both(DomainView *view, bool announced, const char *where)
{
	g_autofree char *record =
		txt_record_get_name(TXT_RECORD_STS, view->domain);
	bool absent = view->policy_host.outcome == RESOLVER_NO_NAME ||
		      view->policy_host.outcome == RESOLVER_NO_DATA;
	bool absent_record = view->sts.outcome != RESOLVER_FAILED &&
			     view->sts.outcome != RESOLVER_BOGUS &&
			     view->sts.matching == 0 && !view->sts.near;

	for (guint i = 0; i < view->fetches->len; i++)
		absent |= is_absent(view->fetches->pdata[i]);
	if (announced && absent && !view->has_policy)
		finding_add(view->findings, FINDING_STS_RECORD_WITHOUT_POLICY,
			record,
			"The record announces a policy, and there is none");
	else if (absent_record && view->has_policy &&
		 *view->policy.problems == NULL)
		show_record(finding_add(view->findings,
				    FINDING_STS_POLICY_WITHOUT_RECORD, where,
				    "There is a policy, and no record at %s",
				    record),
			view);
	else if (absent_record)
		finding_add(view->findings, FINDING_STS_MISSING, record,
			"There is no MTA-STS record");
}

static void judge_host(DomainView *view)
{
	g_autofree char *host = sts_fetch_get_host(view->domain);

	if (judge_answer(view, host, view->policy_host.outcome,
		    view->policy_host.problem) &&
		view->policy_host.outcome != RESOLVER_FOUND)
		finding_add(view->findings, FINDING_STS_POLICY_HOST_MISSING,
			host, "The policy host %s",
			view->policy_host.outcome == RESOLVER_NO_NAME
				? "does not exist"
				: "has no address");
}

void judge_sts(DomainView *view)
{
	g_autofree char *where = sts_fetch_get_url(view->domain);
	bool announced = judge_record(view);

	if (announced) {
		judge_host(view);
		for (guint i = 0; i < view->fetches->len; i++)
			judge_fetch(view, view->fetches->pdata[i], where);
	}
	judge_both(view, announced, where);
	if (!view->has_policy || view->sts.matching == 0)
		return;
	judge_media_type(view, where);
	judge_difference(view, where);
	judge_policy(view, where);
	judge_cover(view, where);
}
