-- SPDX-License-Identifier: BSD-2-Clause
-- The alert with the number $1, by the members of StoreAlert.
SELECT alert_id AS ids, NULL AS what, rule, state, severity, policy_domain,
  result_type, one_line(organization_name) AS organization_name, first_day,
  last_day, failed_sessions, withheld_sessions, all_sessions, title,
  explanation, remedy, utc_text(opened_at) AS opened_at,
  utc_text(acknowledged_at) AS acknowledged_at, acknowledged_by,
  utc_text(resolved_at) AS resolved_at,
  one_line(receiving_mx_hostname) AS hosts,
  (receiving_mx_hostname <> '')::integer AS host_count,
  (SELECT string_agg(reporter_text(name, signer), E'\n')
    FROM unnest(reporters[1:10], signers[1:10]) AS reporter (name, signer))
    AS reporters,
  cardinality(reporters) AS reporter_count
FROM v_alert
WHERE alert_id = $1::integer;
