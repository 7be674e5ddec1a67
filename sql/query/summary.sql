-- SPDX-License-Identifier: BSD-2-Clause
-- Sums by policy domain, those with the most failures first. The parameters
-- are those of sql/store-query.c.
--
-- To count what is distinct by grouping twice takes hashing, where
-- count(DISTINCT) would sort all rows. The trend is the share of each eighth of
-- the period: up to the last day of those found, because a period of more days
-- would end in a gap.
WITH daily AS MATERIALIZED (
  SELECT day, policy_domain, organization_name, reports, successful_sessions,
    failed_sessions
  FROM v_daily_domain AS v
  WHERE ($1::date IS NULL OR day >= $1)
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
found AS MATERIALIZED (
  SELECT policy_domain, sum(reports) AS reports, count(*) AS reporters,
    sum(successful_sessions) AS successful_sessions,
    sum(failed_sessions) AS failed_sessions, min(first_day) AS first_day,
    max(last_day) AS last_day
  FROM (
    SELECT policy_domain, organization_name, sum(reports) AS reports,
      sum(successful_sessions) AS successful_sessions,
      sum(failed_sessions) AS failed_sessions, min(day) AS first_day,
      max(day) AS last_day
    FROM daily
    GROUP BY policy_domain, organization_name
  ) AS totals
  GROUP BY policy_domain
  ORDER BY sum(failed_sessions) DESC, policy_domain COLLATE "C"
  LIMIT $6::bigint
),
period AS MATERIALIZED (
  SELECT first, last - first + 1 AS days, least(8, last - first + 1) AS parts
  FROM (
    SELECT coalesce($1, min(first_day)) AS first, max(last_day) AS last
    FROM found
  ) AS bounds
),
share AS (
  SELECT policy_domain, (day - first) * parts / days AS part,
    round(100 * sum(failed_sessions)
      / nullif(sum(successful_sessions) + sum(failed_sessions), 0), 2)
      AS failed_percent
  FROM period, daily
  WHERE policy_domain IN (SELECT policy_domain FROM found)
  GROUP BY policy_domain, part
),
trend AS (
  SELECT policy_domain,
    json_agg(share.failed_percent ORDER BY part) AS trend
  FROM found
  CROSS JOIN period
  CROSS JOIN generate_series(0, parts - 1) AS every (part)
  LEFT JOIN share USING (policy_domain, part)
  GROUP BY policy_domain
)
SELECT policy_domain, reports, reporters, successful_sessions,
  failed_sessions,
  round(100 * failed_sessions
    / nullif(successful_sessions + failed_sessions, 0), 2) AS failed_percent,
  last_day, trend
FROM found
JOIN trend USING (policy_domain)
ORDER BY failed_sessions DESC, policy_domain COLLATE "C";
