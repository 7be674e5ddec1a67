-- SPDX-License-Identifier: BSD-2-Clause
-- The newest reports about each of several domains, with nothing of what they
-- say about others. The parameters are those of sql/store-dashboard.c.
WITH about AS MATERIALIZED (
  SELECT policy_domain, day, report_key, organization_name, authenticated,
    auth_domain, count(*) AS policies, sum(successful_sessions) AS successful,
    sum(failed_sessions) AS failed,
    row_number() OVER (PARTITION BY policy_domain
      ORDER BY day DESC, report_key) AS number
  FROM v_policy
  WHERE $6::boolean
    AND policy_domain = ANY ($4::text[])
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
  GROUP BY policy_domain, day, report_key, organization_name, authenticated,
    auth_domain
),
listed AS MATERIALIZED (
  SELECT *
  FROM about
  WHERE number <= 200
),
type AS (
  SELECT policy_domain, day, report_key,
    json_agg(DISTINCT result_type COLLATE "C") AS types
  FROM v_failure
  WHERE $6::boolean
    AND policy_domain = ANY ($4::text[])
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
  GROUP BY policy_domain, day, report_key
)
SELECT policy_domain AS page,
  json_agg(json_build_object(
    'day', day, 'reporter', listed.organization_name, 'id', report_id,
    'signed', listed.authenticated,
    'signer', CASE WHEN listed.authenticated
        AND one_line(listed.organization_name)
        <> reporter_text(listed.organization_name, listed.auth_domain)
      THEN listed.auth_domain END,
    'received', utc_text(received_at),
    'policies', listed.policies, 'successful', successful, 'failed', failed,
    'domains', json_build_array(policy_domain),
    'types', coalesce(types, '[]')
  ) ORDER BY number) AS reports,
  to_json(true) AS only_domain
FROM listed
JOIN v_report USING (day, report_key)
LEFT JOIN type USING (policy_domain, day, report_key)
GROUP BY policy_domain;
