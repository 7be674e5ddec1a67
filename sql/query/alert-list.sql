-- SPDX-License-Identifier: BSD-2-Clause
-- Alerts, the worst first. $1: also those that are resolved.
SELECT alert_id, severity, state, policy_domain, result_type,
  receiving_mx_hostname, organization_name, first_day, last_day,
  failed_sessions, withheld_sessions, rule, utc_text(opened_at) AS opened_at,
  utc_text(resolved_at) AS resolved_at, acknowledged_by,
  (SELECT string_agg(reporter_text(name, signer), ', ')
    FROM unnest(reporters[1:3], signers[1:3]) AS reporter (name, signer))
    AS reported_by
FROM v_alert
WHERE $1::boolean OR state <> 'resolved'
ORDER BY state = 'resolved', severity, alert_id;
