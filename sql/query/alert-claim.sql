-- SPDX-License-Identifier: BSD-2-Clause
-- Claims what the channel $1 has to deliver, for $2 seconds, at most $3
-- incidents of it: by the members of StoreIncident, and as JSON with the
-- columns of v_incident.
SELECT (i).incident_id, array_to_string((i).alert_ids, ' ') AS alert_ids,
  what, (i).severity, (i).state, (i).result_type,
  tlsrpt.one_line((i).receiving_mx_hostname) AS receiving_mx_hostname,
  tlsrpt.one_line((i).organization_name) AS organization_name,
  (i).policy_domains, array_to_string((i).sample_domains, E'\n')
    AS sample_domains,
  (i).failed_sessions, (i).withheld_sessions, (i).all_sessions, (i).first_day,
  (i).last_day,
  (SELECT string_agg(tlsrpt.reporter_text(name, signer), E'\n')
    FROM unnest((i).reporters[1:10], (i).signers[1:10])
      AS reporter (name, signer)) AS reporters,
  cardinality((i).reporters) AS reporter_count,
  array_to_string((i).reason_codes, E'\n') AS reason_codes,
  array_to_string((i).receiving_ips, E'\n') AS receiving_ips,
  (i).title, (i).explanation, (i).remedy,
  tlsrpt.utc_text((i).opened_at) AS opened_at,
  tlsrpt.utc_text((i).acknowledged_at) AS acknowledged_at,
  (i).acknowledged_by, tlsrpt.utc_text((i).resolved_at) AS resolved_at,
  jsonb_build_object('what', what) || to_jsonb(i) || jsonb_build_object(
    'opened_at', tlsrpt.utc_text((i).opened_at),
    'resolved_at', tlsrpt.utc_text((i).resolved_at),
    'acknowledged_at', tlsrpt.utc_text((i).acknowledged_at)) AS json,
  total
FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer)
  AS claimed (what, total, i);
