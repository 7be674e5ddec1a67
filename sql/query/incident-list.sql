-- SPDX-License-Identifier: BSD-2-Clause
-- Incidents, the worst first, and behind them with $1 those that are over, the
-- newest first.
SELECT incident_id, severity, state, result_type, receiving_mx_hostname,
  organization_name, policy_domains, to_json(sample_domains) AS sample_domains,
  failed_sessions, withheld_sessions, all_sessions, first_day, last_day,
  (SELECT string_agg(reporter_text(name, signer), ', ')
    FROM unnest(reporters[1:3], signers[1:3]) AS reporter (name, signer))
    AS reported_by,
  cardinality(reporters) AS reporters, to_json(reason_codes) AS reason_codes,
  to_json(receiving_ips) AS receiving_ips, to_json(alert_ids) AS alert_ids,
  utc_text(opened_at) AS opened_at, utc_text(resolved_at) AS resolved_at,
  acknowledged_by, title, now, unauthenticated_sessions
FROM v_incident
WHERE $1::boolean OR state <> 'resolved'
ORDER BY state = 'resolved', CASE WHEN state = 'resolved' THEN last_day END DESC,
  incident_weight(withheld_sessions, failed_sessions, policy_domains,
    severity) DESC, incident_id;
