-- SPDX-License-Identifier: BSD-2-Clause
-- Claims what the channel $1 has to deliver, for $2 seconds, at most $3 alerts
-- of it: by the members of StoreAlert, those that differ only by their MX hosts
-- in one row. That row is the one of the first alert, which is the worst.
WITH claimed AS MATERIALIZED (
  SELECT news.*, place, total, last_event,
    min(place) OVER (PARTITION BY what, rule, severity, policy_domain,
      result_type, organization_name) AS group_id
  FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer)
    WITH ORDINALITY AS claimed (alert, total, last_event, place),
    jsonb_to_record(alert::jsonb) AS news (alert_id integer, what text,
      rule text, state text, severity text, policy_domain text,
      result_type text, receiving_mx_hostname text, organization_name text,
      first_day date, last_day date, failed_sessions numeric,
      withheld_sessions numeric, all_sessions numeric, reporters text[],
      signers text[], title text, explanation text, remedy text)
),
named AS (
  SELECT group_id,
    array_agg(DISTINCT tlsrpt.reporter_text(name, signer)) AS names
  FROM claimed, unnest(reporters, signers) AS reporter (name, signer)
  GROUP BY group_id
),
grouped AS (
  SELECT group_id,
    string_agg(alert_id::text, ' ' ORDER BY alert_id) AS ids,
    min(first_day) AS first_day, max(last_day) AS last_day,
    sum(failed_sessions) AS failed_sessions,
    sum(withheld_sessions) AS withheld_sessions,
    max(all_sessions) AS all_sessions,
    array_agg(tlsrpt.one_line(receiving_mx_hostname) ORDER BY place)
      FILTER (WHERE receiving_mx_hostname <> '') AS hosts
  FROM claimed
  GROUP BY group_id
)
SELECT ids, what, rule, state, severity, policy_domain, result_type,
  tlsrpt.one_line(organization_name) AS organization_name,
  grouped.first_day, grouped.last_day, grouped.failed_sessions,
  grouped.withheld_sessions, grouped.all_sessions, title, explanation, remedy,
  NULL AS opened_at, NULL AS acknowledged_at, NULL AS acknowledged_by,
  NULL AS resolved_at, array_to_string(hosts[1:10], E'\n') AS hosts,
  coalesce(cardinality(hosts), 0) AS host_count,
  array_to_string(names[1:10], E'\n') AS reporters,
  coalesce(cardinality(names), 0) AS reporter_count,
  (SELECT count(*) FROM claimed) AS news_count, total, last_event
FROM claimed
JOIN grouped USING (group_id)
LEFT JOIN named USING (group_id)
WHERE place = group_id
ORDER BY place;
