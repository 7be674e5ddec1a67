-- SPDX-License-Identifier: BSD-2-Clause
-- The policy domains that have a page of their own, the worst first: by alerts
-- about them that are not resolved, then by failures. `domains` counts all, of
-- which no more are listed. The parameters are those of sql/store-dashboard.c.
WITH sums AS (
  SELECT policy_domain, sum(successful_sessions) + sum(failed_sessions)
      AS sessions,
    sum(failed_sessions) AS failed
  FROM v_daily_domain_sum
  WHERE day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
  GROUP BY policy_domain
),
worst AS (
  SELECT policy_domain, min(severity) AS severity
  FROM v_alert
  WHERE state <> 'resolved'
  GROUP BY policy_domain
)
SELECT policy_domain, severity, sessions, failed, count(*) OVER () AS domains
FROM sums
LEFT JOIN worst USING (policy_domain)
ORDER BY severity, failed DESC, sessions DESC, policy_domain COLLATE "C"
LIMIT 10000;
