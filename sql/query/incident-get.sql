-- SPDX-License-Identifier: BSD-2-Clause
-- The incident with the number $1, or else the alert with that number, by the
-- members of StoreIncident.
SELECT *, NULL AS what
FROM (
  SELECT 1 AS place, *
  FROM incident_texts(NULL)
  WHERE incident_id = $1::integer
  UNION ALL
  SELECT 2, incident_id, alert_id::text, severity, state, result_type,
    one_line(receiving_mx_hostname), one_line(organization_name), 1,
    policy_domain, failed_sessions, withheld_sessions, all_sessions, first_day,
    last_day,
    (SELECT string_agg(reporter_text(name, signer), E'\n')
      FROM unnest(reporters[1:10], signers[1:10]) AS reporter (name, signer)),
    cardinality(reporters), array_to_string(reason_codes, E'\n'),
    array_to_string(receiving_ips, E'\n'), title, explanation, remedy,
    utc_text(opened_at), utc_text(acknowledged_at), acknowledged_by,
    utc_text(resolved_at),
    (SELECT now FROM v_incident
      WHERE v_incident.incident_id = v_alert.incident_id
        AND v_alert.state <> 'resolved'), unauthenticated_sessions
  FROM v_alert
  WHERE alert_id = $1::integer
) AS chosen
ORDER BY place
LIMIT 1;
