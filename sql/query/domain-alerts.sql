-- SPDX-License-Identifier: BSD-2-Clause
-- The alerts that are not over of the domain $1 or one of the hosts $2, as far
-- as a look at the domain can say more.
SELECT alert_id, severity, result_type,
  coalesce(nullif(receiving_mx_hostname, ''),
    CASE WHEN policy_domain <> $1 THEN policy_domain END) AS host,
  first_day, last_day, failed_sessions
FROM v_alert
WHERE state <> 'resolved' AND (policy_domain = $1 OR policy_domain = ANY ($2))
  AND cardinality(reporters) > 0
  AND result_type <> 'no-reports' AND result_type <> 'failure-share'
ORDER BY severity, failed_sessions DESC, alert_id
LIMIT 50;
