/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-query.h"

#include <inttypes.h>

#include "sql/store-view.h"

/* Parameters of all statements: since, until, domain, organization, type,
 * limit. The comparison with a pattern that has no wildcard uses an index. */
#define WHERE_DAYS                                                             \
	"WHERE ($1::date IS NULL OR day >= $1) "                               \
	"AND ($2::date IS NULL OR day <= $2) "                                 \
	"AND ($3::text IS NULL OR policy_domain LIKE lower($3)) "              \
	"AND ($4::text IS NULL OR organization_name ILIKE $4) "                \
	"AND ($5::text IS NULL OR EXISTS (SELECT FROM v_daily_failure "        \
	"AS f WHERE f.day = v.day AND f.policy_domain = v.policy_domain "      \
	"AND f.organization_name = v.organization_name "                       \
	"AND f.result_type LIKE lower($5))) "

#define FAILED_PERCENT                                                         \
	"round(100 * sum(failed_sessions) / nullif(sum(successful_sessions) "  \
	"+ sum(failed_sessions), 0), 2) AS failed_percent"

/* What can be added up again. To count what is distinct by grouping twice
 * takes hashing, where count(DISTINCT) would sort all rows. */
#define SUMS                                                                   \
	"sum(reports) AS reports, "                                            \
	"sum(successful_sessions) AS successful_sessions, "                    \
	"sum(failed_sessions) AS failed_sessions, "                            \
	"min(day) AS first_day, max(day) AS last_day "

/* The trend is the share of each eighth of the period: up to the last day of
 * those found, because a period of more days would end in a gap. */
static const char summary_statement[] =
	"WITH daily AS MATERIALIZED ("
	"SELECT day, policy_domain, organization_name, reports, "
	"successful_sessions, failed_sessions "
	"FROM v_daily_domain AS v " WHERE_DAYS "), "
	"found AS MATERIALIZED (SELECT policy_domain, sum(reports) AS reports, "
	"count(*) AS reporters, "
	"sum(successful_sessions) AS successful_sessions, "
	"sum(failed_sessions) AS failed_sessions, " FAILED_PERCENT ", "
	"min(first_day) AS first_day, max(last_day) AS last_day "
	"FROM (SELECT policy_domain, organization_name, " SUMS
	"FROM daily GROUP BY policy_domain, organization_name) AS totals "
	"GROUP BY policy_domain "
	"ORDER BY sum(failed_sessions) DESC, policy_domain "
	"LIMIT $6::bigint), "
	"period AS MATERIALIZED (SELECT first, last - first + 1 AS days, "
	"least(8, last - first + 1) AS parts FROM (SELECT "
	"coalesce($1, min(first_day)) AS first, max(last_day) AS last "
	"FROM found) AS bounds), "
	"share AS (SELECT policy_domain, "
	"(day - first) * parts / days AS part, " FAILED_PERCENT " "
	"FROM period, daily WHERE policy_domain IN (SELECT policy_domain FROM found) "
	"GROUP BY policy_domain, part), "
	"trend AS (SELECT policy_domain, "
	"json_agg(share.failed_percent ORDER BY part) AS trend "
	"FROM found CROSS JOIN period "
	"CROSS JOIN generate_series(0, parts - 1) AS every (part) "
	"LEFT JOIN share USING (policy_domain, part) "
	"GROUP BY policy_domain) "
	"SELECT policy_domain, reports, reporters, successful_sessions, "
	"failed_sessions, failed_percent, last_day, trend "
	"FROM found JOIN trend USING (policy_domain) "
	"ORDER BY failed_sessions DESC, policy_domain";

static const char failures_statement[] =
	"SELECT policy_domain, result_type, severity, receiving_mx_hostname, "
	"organization_name, sum(failed_sessions) AS failed_sessions, "
	"min(day) AS first_day, max(day) AS last_day "
	"FROM v_daily_failure "
	"WHERE ($1::date IS NULL OR day >= $1) "
	"AND ($2::date IS NULL OR day <= $2) "
	"AND ($3::text IS NULL OR policy_domain LIKE lower($3)) "
	"AND ($4::text IS NULL OR organization_name ILIKE $4) "
	"AND ($5::text IS NULL OR result_type LIKE lower($5)) "
	"GROUP BY policy_domain, result_type, severity, "
	"receiving_mx_hostname, organization_name "
	"ORDER BY sum(failed_sessions) DESC, policy_domain, result_type, "
	"receiving_mx_hostname, organization_name "
	"LIMIT $6::bigint";

#define REPORT_COLUMNS                                                         \
	"SELECT day, organization_name, report_id, "                           \
	"(SELECT string_agg(DISTINCT policy_domain, ' ') "                     \
	"FROM v_policy AS p WHERE p.day = r.day "                              \
	"AND p.report_key = r.report_key) AS policy_domains, "                 \
	"successful_sessions, failed_sessions, authenticated, "                \
	"to_char(received_at AT TIME ZONE 'UTC', "                             \
	"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS received_at "

/* Days first: the partitions come in their order, and reading ends with the
 * last day that is shown. */
#define WHERE_REPORTS(domain_condition)                                        \
	"WHERE " domain_condition " AND ($1::date IS NULL OR day >= $1) "      \
	"AND ($2::date IS NULL OR day <= $2) "                                 \
	"AND ($4::text IS NULL OR organization_name ILIKE $4) "                \
	"AND ($5::text IS NULL OR EXISTS (SELECT FROM v_failure AS f "         \
	"WHERE f.day = r.day AND f.report_key = r.report_key "                 \
	"AND f.result_type LIKE lower($5))) "                                  \
	"ORDER BY r.day DESC, r.received_at DESC, r.report_key "               \
	"LIMIT $6::bigint"

static const char reports_statement[] =
	REPORT_COLUMNS "FROM v_report AS r " WHERE_REPORTS("$3::text IS NULL");

/* Begins at the index of domains, where the statement above would look at the
 * policies of every report. */
static const char domain_reports_statement[] = REPORT_COLUMNS
	"FROM (SELECT DISTINCT day, report_key FROM v_policy "
	"WHERE ($1::date IS NULL OR day >= $1) "
	"AND ($2::date IS NULL OR day <= $2) "
	"AND policy_domain LIKE lower($3)) AS chosen "
	"JOIN v_report AS r USING (day, report_key) " WHERE_REPORTS("true");

/* A report about several domains counts for each. */
static const char reporters_statement[] =
	"SELECT organization_name, authenticated, "
	"count(*) AS domains, sum(reports) AS reports, "
	"sum(successful_sessions) AS successful_sessions, "
	"sum(failed_sessions) AS failed_sessions, "
	"min(first_day) AS first_day, max(last_day) AS last_day "
	"FROM (SELECT organization_name, authenticated, policy_domain, " SUMS
	"FROM v_daily_domain AS v " WHERE_DAYS
	"GROUP BY organization_name, authenticated, policy_domain) AS totals "
	"GROUP BY organization_name, authenticated "
	"ORDER BY reports DESC, organization_name, authenticated "
	"LIMIT $6::bigint";

static const char *const statements[] = {
	[STORE_QUERY_SUMMARY] = summary_statement,
	[STORE_QUERY_FAILURES] = failures_statement,
	[STORE_QUERY_REPORTS] = reports_statement,
	[STORE_QUERY_REPORTERS] = reporters_statement,
};

static const char *get_statement(
	StoreQueryKind kind, const StoreQueryFilter *filter)
{
	if (kind == STORE_QUERY_REPORTS && filter->domain != NULL)
		return domain_reports_statement;
	return statements[kind];
}

StoreTable *store_query(Store *store, StoreQueryKind kind,
	const StoreQueryFilter *filter, GError **error)
{
	g_autofree char *domain = store_view_make_pattern(filter->domain);
	g_autofree char *organization =
		store_view_make_pattern(filter->organization);
	g_autofree char *type = store_view_make_pattern(filter->type);
	g_autofree char *limit = NULL;
	const char *values[] = {
		filter->since, filter->until, domain, organization, type, NULL};
	StoreParams params = {G_N_ELEMENTS(values), values};

	if (filter->limit > 0) {
		limit = g_strdup_printf("%zu", filter->limit);
		values[5] = limit;
	}
	return store_view_read(
		store, get_statement(kind, filter), &params, error);
}
