-- SPDX-License-Identifier: BSD-2-Clause
-- Incidents that are not over, the worst first, and the last ones of the period
-- that are. The parameters are those of sql/store-dashboard.c: of some domains,
-- with the figures of these alone. A row is a page.
WITH asked AS (
  SELECT '' AS page, CASE WHEN $1::text[] IS NOT NULL THEN ARRAY(
    SELECT DISTINCT policy_domain FROM v_alert
    WHERE policy_domain LIKE ANY ($1)) END AS of_domains
  WHERE $6::boolean IS NULL
  UNION ALL
  SELECT DISTINCT policy_domain, ARRAY[policy_domain]
  FROM v_alert
  WHERE $6 AND policy_domain = ANY ($4::text[])
),
chosen AS (
  SELECT *, state = 'resolved' AS over,
    count(*) FILTER (WHERE state <> 'resolved') OVER (PARTITION BY page)
      AS open,
    CASE WHEN state <> 'resolved' THEN row_number() OVER (
        PARTITION BY page, state <> 'resolved'
        ORDER BY incident_weight(withheld_sessions, failed_sessions,
          policy_domains, severity) DESC, incident_id)
      ELSE row_number() OVER (PARTITION BY page, state <> 'resolved'
        ORDER BY last_day DESC, incident_id DESC) END AS number
  FROM asked, incidents(of_domains)
  WHERE state <> 'resolved' OR last_day >= $2::date
    AND ($3::date IS NULL OR first_day <= $3)
),
described AS (
  SELECT page, over, open, number, json_build_object(
    'id', incident_id, 'severity', severity, 'state', state,
    'type', result_type, 'host', receiving_mx_hostname,
    'domain_count', policy_domains, 'domains', sample_domains,
    'reporter', organization_name,
    'reported_by', ARRAY(SELECT reporter_text(name, signer)
      FROM unnest(reporters[1:10], signers[1:10])
        AS reporter (name, signer)),
    'first', first_day, 'last', last_day, 'failed', failed_sessions,
    'withheld', withheld_sessions, 'sessions', all_sessions,
    'unauthenticated', unauthenticated_sessions,
    'opened', utc_text(opened_at), 'resolved', utc_text(resolved_at),
    'acknowledged_by', acknowledged_by, 'reasons', reason_codes,
    'ips', receiving_ips, 'alerts', alert_ids, 'title', title,
    'explanation', explanation, 'remedy', remedy, 'now', now) AS incident
  FROM chosen
  WHERE number <= CASE WHEN over THEN 200 ELSE 500 END
)
SELECT page,
  coalesce(json_agg(incident ORDER BY number) FILTER (WHERE NOT over), '[]')
    AS incidents,
  to_json(coalesce(max(open), 0)) AS open_incidents,
  coalesce(json_agg(incident ORDER BY number) FILTER (WHERE over), '[]')
    AS past_incidents
FROM asked
LEFT JOIN described USING (page)
GROUP BY page;
