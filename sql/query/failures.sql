-- SPDX-License-Identifier: BSD-2-Clause
-- Failures by domain, type, MX host and reporter, the most frequent first. The
-- parameters are those of sql/store-query.c.
SELECT policy_domain, result_type, min(severity) AS severity,
  receiving_mx_hostname, organization_name,
  sum(failed_sessions) AS failed_sessions, min(day) AS first_day,
  max(day) AS last_day, auth_domain,
  reporter_text(organization_name, auth_domain) AS reporter
FROM v_daily_failure
WHERE ($1::date IS NULL OR day >= $1)
  AND ($2::date IS NULL OR day <= $2)
  AND ($3::text[] IS NULL OR CASE WHEN $8::text[] IS NULL
    THEN policy_domain LIKE ANY ($3)
    ELSE policy_domain = ANY ($8) END)
  AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
  AND ($7::boolean IS NULL OR authenticated = $7)
  AND ($5::text[] IS NULL OR result_type LIKE ANY ($5))
GROUP BY policy_domain, result_type, receiving_mx_hostname, organization_name,
  auth_domain
ORDER BY sum(failed_sessions) DESC, policy_domain COLLATE "C",
  result_type COLLATE "C", receiving_mx_hostname COLLATE "C",
  organization_name COLLATE "C", auth_domain COLLATE "C"
LIMIT $6::bigint;
