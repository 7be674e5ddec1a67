-- SPDX-License-Identifier: BSD-2-Clause
-- What programs say in words, for all roles with the same text: names lead to
-- the views and functions of the schema that the function is in. A tenant's run
-- with the tenant's rights; digest() otherwise also for writers, who read no
-- view.

-- Incidents as texts, of which the lists have a line for each element.
DO $do$
DECLARE
  definition text := $definition$
CREATE OR REPLACE FUNCTION %1$I.incident_texts(of_domains text[])
RETURNS TABLE (
  incident_id integer, alert_ids text, severity text, state text,
  result_type text, receiving_mx_hostname text, organization_name text,
  policy_domains bigint, sample_domains text, failed_sessions numeric,
  withheld_sessions numeric, all_sessions numeric, first_day date,
  last_day date, reporters text, reporter_count integer, reason_codes text,
  receiving_ips text, title text, explanation text, remedy text,
  opened_at text, acknowledged_at text, acknowledged_by text,
  resolved_at text, now text, unauthenticated_sessions numeric
)
LANGUAGE sql STABLE SET search_path = %1$I, pg_temp
AS $$
  SELECT incident_id, array_to_string(alert_ids, ' '), severity, state,
    result_type, one_line(receiving_mx_hostname), one_line(organization_name),
    policy_domains, array_to_string(sample_domains, E'\n'), failed_sessions,
    withheld_sessions, all_sessions, first_day, last_day,
    (SELECT string_agg(reporter_text(name, signer), E'\n')
      FROM unnest(reporters[1:10], signers[1:10]) AS reporter (name, signer)),
    cardinality(reporters), array_to_string(reason_codes, E'\n'),
    array_to_string(receiving_ips, E'\n'), title, explanation, remedy,
    utc_text(opened_at), utc_text(acknowledged_at), acknowledged_by,
    utc_text(resolved_at), now, unauthenticated_sessions
  FROM incidents(of_domains)
$$
$definition$;
BEGIN
  EXECUTE format(definition, 'tlsrpt');
  EXECUTE format(definition, 'tlsrpt_tenant');
END
$do$;

-- What a period was like, beside the one before.
--
-- The period ends with the last day that all reports about may have come, or
-- the last that is reported. `age` is how many days ago the last reported one
-- is. Which domains are ready to be enforced, or withhold mail, is what
-- v_rollout says today.
DO $do$
DECLARE
  definition text := $definition$
CREATE OR REPLACE FUNCTION %1$I.digest(days integer) RETURNS TABLE (
  since date, until date, first_day date, last_day date, age integer,
  domains bigint, reporters bigint, reports numeric, sessions numeric,
  failed_sessions numeric, withheld_sessions numeric, sessions_before numeric,
  failed_sessions_before numeric, clean_days integer, new_reporters text[],
  ready_domains text[], ready_count bigint, held_domains text[],
  held_count bigint
)
LANGUAGE sql STABLE SECURITY %2$s SET search_path = %1$I, pg_temp SET jit = off
AS $$
  WITH known AS MATERIALIZED (
    SELECT min(first_day) AS first_day, max(last_day) AS last_day,
      (now() AT TIME ZONE 'UTC')::date AS today
    FROM v_reporter
  ), period AS MATERIALIZED (
    SELECT *, least(last_day, today - 1) AS until,
      least(last_day, today - 1) - days + 1 AS since
    FROM known
  ), daily AS MATERIALIZED (
    SELECT day >= since AS now, policy_domain, organization_name, auth_domain,
      reports, successful_sessions + failed_sessions AS sessions,
      v.failed_sessions AS failed
    FROM period, v_daily_domain AS v
    WHERE day BETWEEN since - days AND until
  ), host AS MATERIALIZED (
    SELECT name FROM mx_hosts(ARRAY(SELECT DISTINCT policy_domain FROM daily))
  ), sums AS (
    SELECT count(DISTINCT policy_domain) FILTER (WHERE now
        AND policy_domain NOT IN (SELECT name FROM host)) AS domains,
      count(DISTINCT (organization_name, auth_domain)) FILTER (WHERE now)
        AS reporters,
      coalesce(sum(reports) FILTER (WHERE now), 0) AS reports,
      coalesce(sum(sessions) FILTER (WHERE now), 0) AS sessions,
      coalesce(sum(failed) FILTER (WHERE now), 0) AS failed,
      coalesce(sum(sessions) FILTER (WHERE NOT now), 0) AS sessions_before,
      coalesce(sum(failed) FILTER (WHERE NOT now), 0) AS failed_before
    FROM daily
  ), verdict AS MATERIALIZED (
    SELECT policy_domain, verdict FROM v_rollout
    WHERE verdict IN ('enforce-now', 'hold-back')
  )
  SELECT since, until, first_day, last_day, today - last_day, domains,
    reporters, reports, sessions, failed,
    (SELECT coalesce(sum(f.withheld_sessions), 0)
      FROM period, v_daily_failure AS f WHERE day BETWEEN since AND until),
    sessions_before, failed_before,
    until - coalesce((SELECT max(day) FROM v_daily_domain AS v
      WHERE v.failed_sessions > 0), first_day - 1),
    ARRAY(SELECT reporter_text(organization_name, auth_domain)
      FROM v_reporter AS r, period AS p
      WHERE r.first_day >= since
      ORDER BY r.reports DESC, organization_name COLLATE "C", auth_domain
      LIMIT 10),
    ARRAY(SELECT policy_domain FROM verdict WHERE verdict = 'enforce-now'
      ORDER BY policy_domain COLLATE "C" LIMIT 10),
    (SELECT count(*) FROM verdict WHERE verdict = 'enforce-now'),
    ARRAY(SELECT policy_domain FROM verdict WHERE verdict = 'hold-back'
      ORDER BY policy_domain COLLATE "C" LIMIT 10),
    (SELECT count(*) FROM verdict WHERE verdict = 'hold-back')
  FROM period, sums
$$
$definition$;
BEGIN
  EXECUTE format(definition, 'tlsrpt', 'DEFINER');
  EXECUTE format(definition, 'tlsrpt_tenant', 'INVOKER');
END
$do$;
