-- SPDX-License-Identifier: BSD-2-Clause
-- Claims what the channel $1 has to deliver, for $2 seconds, at most $3
-- incidents of it: by the members of StoreIncident, and as JSON with the
-- columns of v_incident.
SELECT texts.*, what, total,
  jsonb_build_object('what', what) || to_jsonb(i) || jsonb_build_object(
    'opened_at', texts.opened_at, 'resolved_at', texts.resolved_at,
    'acknowledged_at', texts.acknowledged_at) AS json
FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer) WITH ORDINALITY
  AS claimed (what, total, i, place)
JOIN tlsrpt.incident_texts(NULL) AS texts
  ON texts.incident_id = (i).incident_id
ORDER BY place;
