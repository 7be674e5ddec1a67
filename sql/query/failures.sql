-- SPDX-License-Identifier: BSD-2-Clause
-- Failures by domain, type, MX host and reporter, the most frequent first. $1
-- and $2: first and last day; $3, $4, $5: patterns of domains, organizations
-- and result types; $6: how many rows. Each may be NULL.
SELECT policy_domain, result_type, min(severity) AS severity,
  receiving_mx_hostname, organization_name,
  sum(failed_sessions) AS failed_sessions, min(day) AS first_day,
  max(day) AS last_day
FROM v_daily_failure
WHERE ($1::date IS NULL OR day >= $1)
  AND ($2::date IS NULL OR day <= $2)
  AND ($3::text IS NULL OR policy_domain LIKE $3)
  AND ($4::text IS NULL OR organization_name COLLATE "C" ILIKE $4)
  AND ($5::text IS NULL OR result_type LIKE $5)
GROUP BY policy_domain, result_type, receiving_mx_hostname, organization_name
ORDER BY sum(failed_sessions) DESC, policy_domain COLLATE "C",
  result_type COLLATE "C", receiving_mx_hostname COLLATE "C",
  organization_name COLLATE "C"
LIMIT $6::bigint;
