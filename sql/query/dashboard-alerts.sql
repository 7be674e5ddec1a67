-- SPDX-License-Identifier: BSD-2-Clause
-- The alerts that are not resolved, the worst first. $1: patterns of policy
-- domains or NULL.
WITH open AS (
  SELECT *,
    row_number() OVER (
      ORDER BY severity <> 'critical', last_day DESC, alert_id) AS number
  FROM v_alert
  WHERE state <> 'resolved'
    AND ($1::text[] IS NULL OR policy_domain LIKE ANY ($1))
)
SELECT
  coalesce(json_agg(json_build_object(
    'id', alert_id, 'rule', rule, 'state', state, 'severity', severity,
    'domain', policy_domain, 'type', result_type,
    'host', receiving_mx_hostname, 'reporter', organization_name,
    'reported_by', (SELECT string_agg(reporter_text(name, signer), ', ')
      FROM unnest(reporters[1:3], signers[1:3]) AS reporter (name, signer)),
    'first', first_day, 'last', last_day, 'failed', failed_sessions,
    'withheld', withheld_sessions, 'title', title,
    'explanation', explanation, 'remedy', remedy
  ) ORDER BY number) FILTER (WHERE number <= 500), '[]') AS alerts,
  to_json(count(*)) AS open_alerts
FROM open;
