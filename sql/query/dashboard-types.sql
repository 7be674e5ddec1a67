-- SPDX-License-Identifier: BSD-2-Clause
-- What each result type means and what to do. A type is as bad as an alert about
-- a domain of the page says. The parameters are those of sql/store-dashboard.c.
SELECT page,
  json_object_agg(result_type, json_build_object(
    'severity', failure_severity(type.severity, firing.severity),
    'title', title, 'explanation', explanation, 'remedy', remedy
  )) AS explanations
FROM unnest(CASE WHEN $6::boolean THEN $4::text[] ELSE ARRAY[''] END) AS page
CROSS JOIN result_type_info AS type
LEFT JOIN (
  SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page,
    result_type, min(severity) AS severity
  FROM v_alert
  WHERE state <> 'resolved'
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
  GROUP BY 1, result_type
) AS firing USING (page, result_type)
GROUP BY page;
