-- SPDX-License-Identifier: BSD-2-Clause
-- What each result type means and what to do. $1: patterns of policy domains
-- or NULL: a type is as bad as an alert about one of them says.
SELECT
  json_object_agg(result_type, json_build_object(
    'severity', failure_severity(type.severity, firing.severity),
    'title', title, 'explanation', explanation, 'remedy', remedy
  )) AS explanations
FROM result_type_info AS type
LEFT JOIN (
  SELECT result_type, min(severity) AS severity
  FROM v_alert
  WHERE state <> 'resolved'
    AND ($1::text[] IS NULL OR policy_domain LIKE ANY ($1))
  GROUP BY result_type
) AS firing USING (result_type);
