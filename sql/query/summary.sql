-- SPDX-License-Identifier: BSD-2-Clause
-- Sums by policy domain, those with the most failures first. The parameters
-- are those of sql/store-query.c.
--
-- To count what is distinct by grouping twice takes hashing, where
-- count(DISTINCT) would sort all rows. An array leads to the indexes that begin
-- with the domain. The trend is the share of each eighth of the period: up to the
-- last day of those found, because a period of more days would end in a gap.
--
-- The policy of a domain is what its reporters have said last, leaving out
-- those that had nothing to say for three days. One that knows no policy says
-- less than one that does, as not every sender asks for each kind.
--
-- An MX host stands behind the domain that it belongs to.
-- Where all domains and reporters are meant and no last day, sums are those of
-- weeks, and reporters and policies those that were last spoken of since.
WITH daily AS MATERIALIZED (
  SELECT day, policy_domain, organization_name, reports, successful_sessions,
    failed_sessions
  FROM v_daily_domain AS v
  WHERE ($2::date IS NOT NULL OR $4::text[] IS NOT NULL
      OR $5::text[] IS NOT NULL OR $8::text[] IS NOT NULL)
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
found AS MATERIALIZED (
  SELECT policy_domain, sum(reports) AS reports,
    sum(successful_sessions) AS successful_sessions,
    sum(failed_sessions) AS failed_sessions, min(first_day) AS first_day,
    max(last_day) AS last_day, sum(withheld_sessions) AS withheld_sessions,
    sum(would_withhold_sessions) AS would_withhold_sessions
  FROM (
    SELECT policy_domain, reports, successful_sessions, failed_sessions,
      first_day, last_day, withheld_sessions, would_withhold_sessions
    FROM domain_sums($1, NULL)
    WHERE $2::date IS NULL AND $4::text[] IS NULL AND $5::text[] IS NULL
      AND $8::text[] IS NULL
      AND ($3::text[] IS NULL OR policy_domain LIKE ANY ($3))
      AND ($7::boolean IS NULL OR authenticated = $7)
    UNION ALL
    SELECT policy_domain, reports, successful_sessions, failed_sessions, day,
      day, NULL, NULL
    FROM daily
  ) AS counted
  GROUP BY policy_domain
  ORDER BY sum(failed_sessions) DESC, policy_domain COLLATE "C"
  LIMIT $6::bigint
),
reporting AS (
  SELECT policy_domain, count(*) AS reporters
  FROM (
    SELECT policy_domain, organization_name
    FROM v_domain_reporter
    WHERE $2::date IS NULL AND $4::text[] IS NULL AND $5::text[] IS NULL
      AND ($1::date IS NULL OR last_day >= $1)
      AND policy_domain = ANY (ARRAY(SELECT policy_domain FROM found))
      AND ($7::boolean IS NULL OR authenticated = $7)
    UNION
    SELECT policy_domain, organization_name
    FROM daily
  ) AS pair
  GROUP BY policy_domain
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
  FROM period, (
    SELECT day, policy_domain, successful_sessions, failed_sessions
    FROM v_daily_domain_sum
    WHERE $2::date IS NULL AND $4::text[] IS NULL AND $5::text[] IS NULL
      AND $8::text[] IS NULL
      AND ($1::date IS NULL OR day >= $1)
      AND ($7::boolean IS NULL OR authenticated = $7)
    UNION ALL
    SELECT day, policy_domain, successful_sessions, failed_sessions
    FROM daily
  ) AS every
  WHERE policy_domain IN (SELECT policy_domain FROM found)
  GROUP BY policy_domain, part
),
said AS (
  SELECT policy_domain, policy_type, sts_mode, last_day AS day,
    organization_name, auth_domain
  FROM v_domain_policy
  WHERE $2::date IS NULL AND $5::text[] IS NULL
    AND policy_domain = ANY (ARRAY(SELECT policy_domain FROM found))
    AND ($1::date IS NULL OR last_day >= $1)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
  UNION ALL
  SELECT policy_domain, policy_type, sts_mode, day, organization_name,
    auth_domain
  FROM v_daily_policy
  WHERE ($2::date IS NOT NULL OR $5::text[] IS NOT NULL)
    AND policy_domain = ANY (ARRAY(SELECT policy_domain FROM found))
    AND day > (SELECT min(last_day) - 3 FROM found)
    AND ($1::date IS NULL OR day >= $1)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
),
policy AS (
  SELECT policy_domain, policy_type, sts_mode, day,
    max(day) OVER (PARTITION BY policy_domain, organization_name, auth_domain)
      AS reporter_day
  FROM found
  JOIN said USING (policy_domain)
  WHERE day > found.last_day - 3 AND day <= found.last_day
),
host AS MATERIALIZED (
  SELECT name, domain
  FROM mx_hosts(ARRAY(SELECT policy_domain FROM found))
),
mode AS (
  SELECT policy_domain, bool_or(policy_type = 'tlsa') AS dane,
    CASE WHEN min(sts_mode) = max(sts_mode) THEN min(sts_mode)
      WHEN min(sts_mode) IS NOT NULL THEN 'mixed'
      WHEN bool_or(policy_type = 'sts') THEN 'unknown' END AS sts
  FROM policy
  WHERE day = reporter_day
  GROUP BY policy_domain
),
withheld AS (
  SELECT policy_domain, sum(withheld_sessions) AS withheld_sessions,
    sum(would_withhold_sessions) AS would_withhold_sessions
  FROM v_daily_failure
  WHERE ($2::date IS NOT NULL OR $4::text[] IS NOT NULL
      OR $5::text[] IS NOT NULL OR $8::text[] IS NOT NULL)
    AND policy_domain = ANY (ARRAY(SELECT policy_domain FROM found))
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
  GROUP BY policy_domain
),
report_mail AS (
  SELECT policy_domain,
    sum(successful_sessions + failed_sessions - net_sessions)
      AS report_mail_sessions
  FROM v_daily_domain
  WHERE policy_domain = ANY (ARRAY(
      SELECT policy_domain FROM v_report_loop
      WHERE policy_domain IN (SELECT policy_domain FROM found)))
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
  GROUP BY policy_domain
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
SELECT policy_domain,
  CASE WHEN host.name IS NULL
    THEN coalesce(nullif(concat_ws(', ', nullif(sts, 'none'),
      CASE WHEN dane THEN 'DANE' END), ''), 'none')
    ELSE 'DANE host' END AS mode,
  host.domain AS host_of, reports, reporters, successful_sessions,
  failed_sessions,
  round(100 * failed_sessions
    / nullif(successful_sessions + failed_sessions, 0), 2) AS failed_percent,
  coalesce(found.withheld_sessions, withheld.withheld_sessions, 0)
    AS withheld_sessions,
  coalesce(found.would_withhold_sessions, withheld.would_withhold_sessions, 0)
    AS would_withhold_sessions,
  coalesce(report_mail_sessions, 0) AS report_mail_sessions, last_day, trend
FROM found
JOIN trend USING (policy_domain)
LEFT JOIN reporting USING (policy_domain)
LEFT JOIN mode USING (policy_domain)
LEFT JOIN withheld USING (policy_domain)
LEFT JOIN report_mail USING (policy_domain)
LEFT JOIN host ON host.name = policy_domain
ORDER BY max(failed_sessions) OVER (
    PARTITION BY coalesce(host.domain, policy_domain)) DESC,
  coalesce(host.domain, policy_domain) COLLATE "C",
  host.name IS NOT NULL, failed_sessions DESC, policy_domain COLLATE "C";
