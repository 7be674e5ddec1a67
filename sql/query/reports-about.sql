-- SPDX-License-Identifier: BSD-2-Clause
-- As reports.sql, about the domains $3: it begins at the index of these, rather
-- than look at the policies of every report.
SELECT r.day, organization_name, report_id,
  (SELECT string_agg(DISTINCT policy_domain COLLATE "C", ' ')
    FROM v_policy AS p
    WHERE p.day = r.day AND p.report_key = r.report_key) AS policy_domains,
  successful_sessions, failed_sessions, authenticated,
  utc_text(r.received_at) AS received_at, auth_domain,
  CASE WHEN authenticated THEN reporter_text(organization_name, auth_domain)
    ELSE organization_name END AS reporter, received_by, r.report_key
FROM (
  SELECT DISTINCT day, report_key
  FROM v_policy
  WHERE CASE WHEN $8::text[] IS NULL
    THEN policy_domain LIKE ANY ($3::text[])
    ELSE policy_domain = ANY ($8) END
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
) AS chosen
JOIN v_report AS r USING (day, report_key)
WHERE ($1::date IS NULL OR r.day >= $1)
  AND ($2::date IS NULL OR r.day <= $2)
  AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
  AND ($7::boolean IS NULL OR authenticated = $7)
  AND ($5::text[] IS NULL OR EXISTS (
    SELECT 1 FROM v_failure AS f
    WHERE f.day = r.day AND f.report_key = r.report_key
      AND f.result_type LIKE ANY ($5)))
ORDER BY r.day DESC, r.received_at DESC, r.report_key
LIMIT $6::bigint;
