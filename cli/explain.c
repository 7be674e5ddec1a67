/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explain.h"

#include <inttypes.h>

#include "cli/failure-group.h"
#include "cli/policy-kind.h"
#include "cli/text.h"
#include "parser/result-type.h"

enum {
	DAY = 86400,
	LIST_LIMIT = 5,
	REMARK_LIMIT = 20,
	/* Columns of one value; a report may send 64 KiB. */
	VALUE_LIMIT = 240,
	NAME_LIMIT = 80,
};

static const struct {
	FailureFact fact;
	const char *label;
	const char *separator;
} facts[] = {
	{FAILURE_FACT_MX, "MX", ", "},
	{FAILURE_FACT_MX_ADDRESS, "MX address", ", "},
	{FAILURE_FACT_SENDER, "Sent from", ", "},
	{FAILURE_FACT_REASON, "Reason", "; "},
	{FAILURE_FACT_INFORMATION, "More", " ; "},
};

/* Where the explanation goes. */
typedef struct {
	ExplainWrite *write;
	void *target;
	bool utf8;
} Page;

static void add(const Page *page, ExplainKind kind, const char *text)
{
	page->write(page->target, &(ExplainLine){kind, .text = text});
}

static void add_toned(
	const Page *page, ExplainKind kind, ExplainTone tone, const char *text)
{
	page->write(page->target, &(ExplainLine){kind, tone, NULL, text});
}

/* Foreign text, escaped and bounded. */
static char *clean(const Page *page, const char *text, size_t limit)
{
	g_autofree char *escaped = text_escape(text, page->utf8);

	return text_shorten(escaped, limit, page->utf8);
}

static void add_field(const Page *page, const char *label, const char *text)
{
	page->write(page->target,
		&(ExplainLine){EXPLAIN_FIELD, .label = label, .text = text});
}

static void add_foreign_field(
	const Page *page, const char *label, const char *text)
{
	g_autofree char *cleaned = clean(page, text, VALUE_LIMIT);

	add_field(page, label, cleaned);
}

static void append_list_item(const Page *page, GString *list,
	const char *separator, size_t index, const char *text)
{
	g_autofree char *cleaned = clean(page, text, VALUE_LIMIT);

	if (index < LIST_LIMIT)
		g_string_append_printf(
			list, "%s%s", index > 0 ? separator : "", cleaned);
}

static void end_list(GString *list, size_t count)
{
	if (count > LIST_LIMIT)
		g_string_append_printf(
			list, " and %zu more", count - LIST_LIMIT);
}

static char *format_sessions(int64_t count)
{
	return g_strdup_printf(
		"%" PRId64 " session%s", count, count == 1 ? "" : "s");
}

/* Never says 0 or 100 percent where that is not so. */
static char *format_share(int64_t failed, int64_t successful)
{
	double part = (double)failed;
	double share = part * 100 / (part + (double)successful);

	if (successful > 0 && share > 99.9)
		return g_strdup("over 99.9 %");
	if (share < 0.1)
		return g_strdup("under 0.1 %");
	return g_strdup_printf("%.1f %%", share);
}

static char *format_time(int64_t seconds, const char *format)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	if (time == NULL)
		return g_strdup("a time out of range");
	return g_date_time_format(time, format);
}

/* Reporters end a day at 23:59:59 or at the next midnight. */
static bool is_one_day(const Report *report)
{
	int64_t length = report->period_end - report->period_start;

	return report->period_start % DAY == 0 &&
	       (length == DAY || length == DAY - 1);
}

static void append_period(const Page *page, const Report *report)
{
	g_autofree char *start = NULL;
	g_autofree char *end = NULL;
	g_autofree char *text = NULL;

	if (is_one_day(report)) {
		start = format_time(report->period_start, "%F");
		text = g_strdup_printf("%s (UTC)", start);
		add_field(page, "Day", text);
		return;
	}
	start = format_time(report->period_start, "%F %T");
	end = format_time(report->period_end, "%F %T");
	text = g_strdup_printf("%s to %s (UTC)", start, end);
	add_field(page, "Period", text);
}

static void append_domains(const Page *page, const Report *report)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) list = g_string_new(NULL);

	for (size_t i = 0; i < report->policy_count; i++) {
		const char *domain = report->policies[i].policy_domain;
		size_t index = g_hash_table_size(seen);

		if (*domain != '\0' && g_hash_table_add(seen, g_strdup(domain)))
			append_list_item(page, list, ", ", index, domain);
	}
	end_list(list, g_hash_table_size(seen));
	if (list->len > 0)
		add_field(page, "Domain", list->str);
}

static void append_head(const Page *page, const Report *report)
{
	g_autofree char *name =
		clean(page, report->organization_name, NAME_LIMIT);
	g_autofree char *title = g_strdup_printf("TLS report of %s", name);

	add(page, EXPLAIN_TITLE, title);
	append_domains(page, report);
	append_period(page, report);
	if (report->contact_info != NULL)
		add_foreign_field(page, "Contact", report->contact_info);
	add_foreign_field(page, "Report id", report->report_id);
}

static void append_policy_title(
	const Page *page, const PolicyKind *kind, const ReportPolicy *policy)
{
	const char *name = *policy->policy_domain != '\0'
				   ? policy->policy_domain
				   : "no domain given";
	g_autofree char *domain = clean(page, name, VALUE_LIMIT);
	g_autofree char *type = clean(page, policy->policy_type, NAME_LIMIT);
	g_autofree char *title = NULL;

	if (kind->type == NULL)
		title = g_strdup_printf(
			"%s (\"%s\"): %s", kind->title, type, domain);
	else
		title = g_strdup_printf("%s: %s", kind->title, domain);
	add(page, EXPLAIN_POLICY, title);
}

static void append_sessions(const Page *page, const ReportPolicy *policy)
{
	int64_t successful = policy->successful_sessions;
	int64_t failed = policy->failed_sessions;
	g_autofree char *ok = format_sessions(successful);
	g_autofree char *words = NULL;
	g_autofree char *share = NULL;

	if (failed == 0 && successful == 0) {
		add(page, EXPLAIN_SENTENCE, "No sessions.");
		return;
	}
	if (failed == 0) {
		words = g_strdup_printf("%s reached TLS, none failed.", ok);
	} else {
		share = format_share(failed, successful);
		words = g_strdup_printf("%s reached TLS, %" PRId64
					" failed (%s).",
			ok, failed, share);
	}
	add_toned(page, EXPLAIN_SENTENCE,
		failed > 0 ? EXPLAIN_BAD : EXPLAIN_GOOD, words);
}

static void append_hosts(const Page *page, const ReportPolicy *policy)
{
	g_autoptr(GString) list = g_string_new(NULL);
	size_t count = 0;

	for (; policy->mx_host[count] != NULL; count++)
		append_list_item(
			page, list, ", ", count, policy->mx_host[count]);
	end_list(list, count);
	if (count > 0)
		add_field(page, "MX allowed", list->str);
}

static void append_facts(const Page *page, const FailureGroup *group)
{
	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
		const GPtrArray *values = group->facts[facts[i].fact];
		g_autoptr(GString) list = g_string_new(NULL);

		for (size_t v = 0; v < MIN(values->len, LIST_LIMIT); v++) {
			const FailureValue *value =
				g_ptr_array_index(values, v);

			append_list_item(
				page, list, facts[i].separator, v, value->text);
		}
		end_list(list, values->len);
		if (values->len > 0)
			add_field(page, facts[i].label, list->str);
	}
}

static void append_group_title(
	const Page *page, const FailureGroup *group, const ResultTypeInfo *info)
{
	bool critical = info != NULL && info->severity == RESULT_TYPE_CRITICAL;
	g_autofree char *sessions = format_sessions(group->sessions);
	g_autofree char *title = g_strdup_printf("%s: %s",
		info != NULL ? info->title
			     : "A failure that RFC 8460 does not define",
		sessions);

	add_toned(page, EXPLAIN_FAILURE,
		critical ? EXPLAIN_BAD : EXPLAIN_WARNING, title);
	add_foreign_field(page, "Type", group->result_type);
}

/* The texts on MTA-STS say DOMAIN where a domain of the report belongs. */
static char *fill_domain(
	const Page *page, const char *text, const ReportPolicy *policy)
{
	g_autofree char *domain =
		clean(page, policy->policy_domain, VALUE_LIMIT);
	g_auto(GStrv) pieces = g_strsplit(text, "DOMAIN", -1);

	if (*domain == '\0')
		return g_strdup(text);
	return g_strjoinv(domain, pieces);
}

static void append_group(const Page *page, const FailureGroup *group,
	const PolicyKind *kind, const ReportPolicy *policy)
{
	const ResultTypeInfo *info = result_type_get_info(group->result_type);
	g_autofree char *remedy = NULL;

	append_group_title(page, group, info);
	append_facts(page, group);
	add_field(page, "Delivery",
		policy_kind_get_delivery(kind, group->result_type));
	if (info == NULL) {
		add_field(page, "Cause",
			"Only the reporter knows what this type means.");
		return;
	}
	remedy = fill_domain(page, info->remedy, policy);
	add_field(page, "Cause", info->explanation);
	add_field(page, "To do", remedy);
}

static void append_policy(const Page *page, const ReportPolicy *policy)
{
	const PolicyKind *kind = policy_kind_find(policy);
	g_autoptr(GPtrArray) groups = failure_group_collect(policy);

	append_policy_title(page, kind, policy);
	append_sessions(page, policy);
	append_hosts(page, policy);
	for (size_t i = 0; i < groups->len; i++)
		append_group(page, g_ptr_array_index(groups, i), kind, policy);
	if (groups->len == 0 && policy->failed_sessions > 0)
		add(page, EXPLAIN_SENTENCE,
			"The report does not say what failed.");
}

static void append_remarks(const Page *page, const Report *report)
{
	size_t count = 0;

	if (report->remarks[0] == NULL)
		return;
	add(page, EXPLAIN_SECTION, "Remarks on the report itself");
	for (; count < REMARK_LIMIT && report->remarks[count] != NULL;
		count++) {
		g_autofree char *remark =
			clean(page, report->remarks[count], VALUE_LIMIT);

		add(page, EXPLAIN_ITEM, remark);
	}
	if (report->remarks[count] != NULL)
		add(page, EXPLAIN_SENTENCE, "and more: --json lists all");
}

void explain_report(
	const Report *report, bool utf8, ExplainWrite *write, void *target)
{
	const Page page = {write, target, utf8};

	append_head(&page, report);
	if (report->policy_count == 0)
		add(&page, EXPLAIN_SENTENCE, "The report has no policies.");
	for (size_t i = 0; i < report->policy_count; i++)
		append_policy(&page, &report->policies[i]);
	append_remarks(&page, report);
}

void explain_origin(const ExplainOrigin *origin, bool utf8, ExplainWrite *write,
	void *target)
{
	const Page page = {write, target, utf8};
	g_autofree char *host = clean(&page, origin->received_by, VALUE_LIMIT);
	g_autofree char *received =
		g_strdup_printf("%s by %s", origin->received_at, host);

	add(&page, EXPLAIN_SECTION, "In the database");
	add_field(&page, "Key", origin->report_key);
	add_field(&page, "Received", received);
	if (*origin->signer == '\0')
		add_field(&page, "Signed by", "nobody: unauthenticated");
	else
		add_foreign_field(&page, "Signed by", origin->signer);
}
