-- SPDX-License-Identifier: BSD-2-Clause
-- The incident with the number $1, or else the alert with that number, by the
-- members of StoreIncident.
WITH chosen AS (
  SELECT 1 AS place, incident_id, alert_ids, severity, state, result_type,
    receiving_mx_hostname, organization_name, policy_domains, sample_domains,
    failed_sessions, withheld_sessions, all_sessions, first_day, last_day,
    reporters, signers, reason_codes, receiving_ips, title, explanation,
    remedy, opened_at, acknowledged_at, acknowledged_by, resolved_at
  FROM v_incident
  WHERE incident_id = $1::integer
  UNION ALL
  SELECT 2, incident_id, ARRAY[alert_id], severity, state, result_type,
    receiving_mx_hostname, organization_name, 1, ARRAY[policy_domain],
    failed_sessions, withheld_sessions, all_sessions, first_day, last_day,
    reporters, signers, reason_codes, receiving_ips, title, explanation,
    remedy, opened_at, acknowledged_at, acknowledged_by, resolved_at
  FROM v_alert
  WHERE alert_id = $1::integer
)
SELECT incident_id, array_to_string(alert_ids, ' ') AS alert_ids,
  NULL AS what, severity, state, result_type,
  one_line(receiving_mx_hostname) AS receiving_mx_hostname,
  one_line(organization_name) AS organization_name, policy_domains,
  array_to_string(sample_domains, E'\n') AS sample_domains, failed_sessions,
  withheld_sessions, all_sessions, first_day, last_day,
  (SELECT string_agg(reporter_text(name, signer), E'\n')
    FROM unnest(reporters[1:10], signers[1:10]) AS reporter (name, signer))
    AS reporters,
  cardinality(reporters) AS reporter_count,
  array_to_string(reason_codes, E'\n') AS reason_codes,
  array_to_string(receiving_ips, E'\n') AS receiving_ips,
  title, explanation, remedy, utc_text(opened_at) AS opened_at,
  utc_text(acknowledged_at) AS acknowledged_at, acknowledged_by,
  utc_text(resolved_at) AS resolved_at
FROM chosen
ORDER BY place
LIMIT 1;
