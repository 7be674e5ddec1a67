-- SPDX-License-Identifier: BSD-2-Clause
-- The newest reports. The parameters are those of sql/store-dashboard.c. By
-- day first, so that a partition or two are read and not all of them.
-- About some domains, from the index of these on.
WITH newest AS (
  SELECT *
  FROM v_report
  WHERE $1::text[] IS NULL
    AND ($2::date IS NULL OR day >= $2)
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
  ORDER BY day DESC, received_at DESC, report_key
  LIMIT 200
),
about AS (
  SELECT v_report.*
  FROM (
    SELECT DISTINCT day, report_key
    FROM v_policy
    WHERE CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END
      AND ($2::date IS NULL OR day >= $2)
      AND ($3::date IS NULL OR day <= $3)
      AND ($5::boolean IS NULL OR authenticated = $5)
  ) AS named
  JOIN v_report USING (day, report_key)
  ORDER BY day DESC, received_at DESC, report_key
  LIMIT 200
)
SELECT '' AS page,
  coalesce(json_agg(json_build_object(
    'day', day, 'reporter', organization_name, 'id', report_id,
    'signed', authenticated,
    'signer', CASE WHEN authenticated AND one_line(organization_name)
        <> reporter_text(organization_name, auth_domain)
      THEN auth_domain END,
    'received', utc_text(received_at),
    'policies', policies, 'successful', successful_sessions,
    'failed', failed_sessions,
    'domains', (
      SELECT json_agg(policy_domain ORDER BY policy_domain)
      FROM (
        SELECT DISTINCT policy_domain COLLATE "C" AS policy_domain
        FROM v_policy AS p
        WHERE p.day = r.day AND p.report_key = r.report_key
        ORDER BY policy_domain
        LIMIT 50
      ) AS names),
    'types', (
      SELECT coalesce(json_agg(result_type ORDER BY result_type), '[]')
      FROM (
        SELECT DISTINCT result_type COLLATE "C" AS result_type
        FROM v_failure AS f
        WHERE f.day = r.day AND f.report_key = r.report_key
        ORDER BY result_type
        LIMIT 20
      ) AS names)
  ) ORDER BY day DESC, received_at DESC, report_key), '[]') AS reports
FROM (SELECT * FROM newest UNION ALL SELECT * FROM about) AS r
WHERE $6::boolean IS NULL
HAVING $6::boolean IS NULL;
