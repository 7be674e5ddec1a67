-- SPDX-License-Identifier: BSD-2-Clause
-- Sums by reporter, the busiest first. The parameters are those of
-- sql/store-query.c. A report about several domains counts for each.
--
-- Where nothing depends on domains and the last day, sums are those of all
-- domains, and domains those of which a reporter has spoken since. To count
-- domains by grouping twice takes hashing, where count(DISTINCT) would sort all
-- rows.
WITH daily AS MATERIALIZED (
  SELECT organization_name, authenticated, auth_domain, policy_domain, day,
    reports, successful_sessions, failed_sessions
  FROM v_daily_domain AS v
  WHERE ($2::date IS NOT NULL OR $3::text[] IS NOT NULL
      OR $5::text[] IS NOT NULL)
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($3::text[] IS NULL OR CASE WHEN $8::text[] IS NULL
      THEN policy_domain LIKE ANY ($3)
      ELSE policy_domain = ANY ($8) END)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
    AND ($5::text[] IS NULL OR EXISTS (
      SELECT FROM v_daily_failure AS f
      WHERE f.day = v.day AND f.policy_domain = v.policy_domain
        AND f.organization_name = v.organization_name
        AND f.result_type LIKE ANY ($5)))
),
totals AS MATERIALIZED (
  SELECT organization_name, authenticated, auth_domain, sum(reports) AS reports,
    sum(successful_sessions) AS successful_sessions,
    sum(failed_sessions) AS failed_sessions, min(day) AS first_day,
    max(day) AS last_day
  FROM (
    SELECT organization_name, authenticated, auth_domain, day, reports,
      successful_sessions, failed_sessions
    FROM v_daily_reporter_sum
    WHERE $2::date IS NULL AND $3::text[] IS NULL AND $5::text[] IS NULL
      AND ($1::date IS NULL OR day >= $1)
      AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
      AND ($7::boolean IS NULL OR authenticated = $7)
    UNION ALL
    SELECT organization_name, authenticated, auth_domain, day, reports,
      successful_sessions, failed_sessions
    FROM daily
  ) AS every
  GROUP BY organization_name, authenticated, auth_domain
),
spoken_of AS MATERIALIZED (
  SELECT organization_name, auth_domain, policy_domain
  FROM v_domain_reporter
  WHERE $2::date IS NULL AND $3::text[] IS NULL AND $5::text[] IS NULL
    AND ($1::date IS NULL OR last_day >= $1)
  UNION
  SELECT organization_name, auth_domain, policy_domain
  FROM daily
),
domains AS (
  SELECT organization_name, auth_domain,
    count(*) FILTER (WHERE host.name IS NULL) AS domains,
    count(host.name) AS mx_hosts
  FROM spoken_of
  LEFT JOIN mx_hosts(ARRAY(SELECT DISTINCT policy_domain FROM spoken_of))
    AS host ON host.name = policy_domain
  GROUP BY organization_name, auth_domain
),
-- The newest of each: a reporter sends all reports to one mailbox, mostly.
loop AS (
  SELECT DISTINCT ON (organization_name, auth_domain)
    organization_name, auth_domain,
    'Sessions of ' || reporter_text(organization_name, auth_domain)
      || ' with ' || policy_domain || ' are its own report mail, '
      || CASE WHEN ongoing THEN 'since ' || to_char(first_day, 'YYYY-MM-DD')
        ELSE to_char(first_day, 'YYYY-MM-DD') || ' to '
          || to_char(last_day, 'YYYY-MM-DD') END
      || '. ' || remedy AS note
  FROM v_report_loop
  WHERE ($1::date IS NULL OR last_day >= $1)
    AND ($2::date IS NULL OR first_day <= $2)
    AND ($3::text[] IS NULL OR CASE WHEN $8::text[] IS NULL
      THEN policy_domain LIKE ANY ($3)
      ELSE policy_domain = ANY ($8) END)
  ORDER BY organization_name, auth_domain, last_day DESC, policy_domain
)
SELECT organization_name, authenticated, domains, mx_hosts, reports,
  successful_sessions, failed_sessions, first_day, last_day, auth_domain,
  CASE WHEN authenticated THEN reporter_text(organization_name, auth_domain)
    ELSE organization_name END AS reporter, note
FROM totals
JOIN domains USING (organization_name, auth_domain)
LEFT JOIN loop USING (organization_name, auth_domain)
ORDER BY reports DESC, organization_name COLLATE "C", auth_domain COLLATE "C"
LIMIT $6::bigint;
