-- SPDX-License-Identifier: BSD-2-Clause
-- Which of the domains $1, reporters $2 and result types $3 nothing has, and
-- for each kind that has one of these all names that there are.
WITH unknown AS MATERIALIZED (
  SELECT 'domain' AS kind, name
  FROM unnest($1::text[]) AS name
  WHERE NOT EXISTS (SELECT FROM v_daily_domain WHERE policy_domain = name)
  UNION ALL
  SELECT 'reporter', name
  FROM unnest($2::text[]) AS name
  WHERE NOT EXISTS (
    SELECT FROM v_daily_domain WHERE lower(organization_name) = lower(name))
  UNION ALL
  SELECT 'type', name
  FROM unnest($3::text[]) AS name
  WHERE NOT EXISTS (SELECT FROM result_type_info WHERE result_type = name)
    AND NOT EXISTS (SELECT FROM v_daily_failure WHERE result_type = name)
)
SELECT kind, name, NULL AS candidate
FROM unknown
UNION ALL
SELECT DISTINCT 'domain', NULL, policy_domain
FROM v_daily_domain
WHERE EXISTS (SELECT 1 FROM unknown WHERE kind = 'domain')
UNION ALL
SELECT DISTINCT 'reporter', NULL, organization_name
FROM v_daily_domain
WHERE EXISTS (SELECT 1 FROM unknown WHERE kind = 'reporter')
UNION ALL
SELECT 'type', NULL, result_type
FROM result_type_info
WHERE EXISTS (SELECT 1 FROM unknown WHERE kind = 'type')
UNION ALL
SELECT DISTINCT 'type', NULL, result_type
FROM v_daily_failure
WHERE EXISTS (SELECT 1 FROM unknown WHERE kind = 'type')
  AND result_type NOT IN (SELECT result_type FROM result_type_info);
