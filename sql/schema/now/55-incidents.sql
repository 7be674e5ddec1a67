-- SPDX-License-Identifier: BSD-2-Clause
-- Incidents: what alerts of one cause say together.

CREATE OR REPLACE VIEW every_alert AS
SELECT * FROM alert
UNION ALL
SELECT * FROM past_alert;

-- A share of failures needs no alert of its own where others say what fails, as
-- long as these do, and somebody who is believed says so. One evaluation opens
-- or resolves both.
CREATE OR REPLACE VIEW shown_alert AS
SELECT *
FROM every_alert AS shown
WHERE result_type <> 'failure-share' OR NOT EXISTS (
  SELECT FROM every_alert AS other
  WHERE other.policy_domain = shown.policy_domain
    AND other.result_type NOT IN ('failure-share', 'no-reports')
    AND other.unauthenticated_sessions = 0
    AND other.rule NOT IN (SELECT name FROM alert_rule WHERE kind = 'probe')
    AND CASE WHEN shown.state <> 'resolved' THEN other.state <> 'resolved'
      ELSE other.opened_at < shown.opened_at + interval '1 hour'
        AND coalesce(other.resolved_at, 'infinity')
          > shown.resolved_at - interval '1 hour' END);

-- Of the alerts about these domains, NULL: about all. What runs counts alerts
-- that are not resolved. Two rules may have found the same, which counts once.
--
-- An MX host is no domain, and the one that it is in stands for it, if it is
-- among the visible ones, NULL: all. Where no domain is known, the hosts stand
-- for theirs.
CREATE OR REPLACE FUNCTION incidents(
  of_domains text[], visible text[] DEFAULT NULL
) RETURNS TABLE (
  incident_id integer, severity text, state text, result_type text,
  receiving_mx_hostname text, organization_name text, policy_domains bigint,
  sample_domains text[], failed_sessions numeric, withheld_sessions numeric,
  all_sessions numeric, first_day date, last_day date, reporters text[],
  reason_codes text[], receiving_ips text[], alert_ids integer[], now text,
  opened_at timestamptz, resolved_at timestamptz, acknowledged_at timestamptz,
  acknowledged_by text, signers text[], title text, explanation text,
  remedy text, unauthenticated_sessions numeric
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
  WITH member AS MATERIALIZED (
    SELECT *
    FROM (
      SELECT *, bool_and(state = 'resolved') OVER own AS over,
        min(opened_at) OVER own AS begun_at, min(first_day) OVER own AS first
      FROM shown_alert
      WHERE of_domains IS NULL
        OR policy_domain IN (SELECT unnest(of_domains))
      WINDOW own AS (PARTITION BY incident_id)
    ) AS every
    WHERE over OR state <> 'resolved'
  ), of_name AS MATERIALIZED (
    SELECT incident_id, policy_domain AS name, max(failed_sessions) AS failed,
      max(withheld_sessions) AS withheld, max(all_sessions) AS counted,
      max(unauthenticated_sessions) AS doubted
    FROM member
    GROUP BY incident_id, policy_domain
  ), of_domain AS (
    SELECT incident_id, coalesce(domain, name) AS domain,
      host.name IS NULL OR domain IS NOT NULL AS known,
      sum(failed) AS failed, sum(withheld) AS withheld,
      sum(counted) AS counted, sum(doubted) AS doubted
    FROM of_name
    LEFT JOIN mx_hosts(ARRAY(SELECT DISTINCT name FROM of_name), visible)
      AS host USING (name)
    GROUP BY incident_id, coalesce(domain, name), known
  ), domains AS (
    SELECT incident_id, count(*) FILTER (WHERE known = any_known) AS domains,
      sum(failed) AS failed, sum(withheld) AS withheld,
      sum(counted) AS counted, sum(doubted) AS doubted,
      (array_agg(domain ORDER BY withheld DESC, failed DESC,
        domain COLLATE "C") FILTER (WHERE known = any_known))[1:10] AS sample
    FROM (
      SELECT *, bool_or(known) OVER (PARTITION BY incident_id) AS any_known
      FROM of_domain
    ) AS named
    GROUP BY incident_id
  ), reporter AS (
    SELECT incident_id, name, signed_by, count(*) AS alerts
    FROM member, unnest(reporters, signers) AS reporter (name, signed_by)
    GROUP BY incident_id, name, signed_by
  ), reported AS (
    SELECT incident_id, array_agg(name ORDER BY alerts DESC, name, signed_by)
        AS names,
      array_agg(signed_by ORDER BY alerts DESC, name, signed_by) AS signers
    FROM reporter
    GROUP BY incident_id
  ), code AS (
    SELECT incident_id, array_agg(code ORDER BY alerts DESC, place, code)
      AS codes
    FROM (
      SELECT incident_id, code, count(*) AS alerts, min(place) AS place
      FROM member, unnest(reason_codes) WITH ORDINALITY AS code (code, place)
      GROUP BY incident_id, code
    ) AS counted
    GROUP BY incident_id
  ), address AS (
    SELECT incident_id, array_agg(ip ORDER BY alerts DESC, place, ip) AS ips
    FROM (
      SELECT incident_id, ip, count(*) AS alerts, min(place) AS place
      FROM member, unnest(receiving_ips) WITH ORDINALITY AS address (ip, place)
      GROUP BY incident_id, ip
    ) AS counted
    GROUP BY incident_id
  ), incident AS (
    SELECT incident_id, min(severity) AS severity, over,
      CASE WHEN over THEN 'resolved'
        WHEN bool_and(state = 'acknowledged') THEN 'acknowledged'
        WHEN bool_or(state = 'open') THEN 'open'
        ELSE 'reopened' END AS state,
      result_type, receiving_mx_hostname, organization_name, first,
      max(last_day) AS last_day, array_agg(alert_id ORDER BY alert_id) AS ids,
      begun_at, max(resolved_at) AS resolved_at,
      max(acknowledged_at) AS acknowledged_at,
      max(acknowledged_by) AS acknowledged_by
    FROM member
    GROUP BY incident_id, over, result_type, receiving_mx_hostname,
      organization_name, first, begun_at
  )
  SELECT incident_id, severity, state, result_type, receiving_mx_hostname,
    organization_name, domains, sample, failed, withheld, counted, first,
    last_day, coalesce(names, '{}'), coalesce(codes[1:5], '{}'),
    coalesce(ips[1:10], '{}'), ids,
    CASE WHEN NOT over THEN incident_now.now END, begun_at,
    CASE WHEN over THEN resolved_at END,
    CASE WHEN state IN ('acknowledged', 'resolved') THEN acknowledged_at END,
    CASE WHEN state IN ('acknowledged', 'resolved') THEN acknowledged_by END,
    coalesce(reported.signers, '{}'), title, explanation,
    replace(remedy, 'DOMAIN', sample[1]), doubted
  FROM incident
  JOIN domains USING (incident_id)
  LEFT JOIN reported USING (incident_id)
  LEFT JOIN code USING (incident_id)
  LEFT JOIN address USING (incident_id)
  LEFT JOIN incident_now USING (incident_id)
  LEFT JOIN alert_words USING (result_type)
$$;

-- How bad an incident is: the largest one comes first.
CREATE OR REPLACE FUNCTION incident_weight(
  withheld numeric, failed numeric, domains bigint, severity text
) RETURNS numeric[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY[withheld, failed, domains, (severity = 'critical')::integer]
$$;

CREATE OR REPLACE VIEW v_incident AS
SELECT * FROM incidents(NULL);
