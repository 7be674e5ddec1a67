-- SPDX-License-Identifier: BSD-2-Clause
-- What the rules find in the sums.

-- The last day that has begun, for all reporters on earth the same.
CREATE OR REPLACE FUNCTION today() RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT (now() AT TIME ZONE 'UTC')::date
$$;

-- Whether one of the patterns matches, and none of those behind a !.
CREATE OR REPLACE FUNCTION matches_pattern(patterns text[], value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(bool_or(found) FILTER (WHERE NOT excludes), false)
    AND NOT coalesce(bool_or(found) FILTER (WHERE excludes), false)
  FROM unnest(patterns) AS pattern,
    starts_with(pattern, '!') AS excludes,
    LATERAL (SELECT value LIKE replace(regexp_replace(
      lower(ltrim(pattern, '!') COLLATE "C"), E'([\\\\%_])', E'\\\\\\1', 'g'),
      '*', '%')
      AS found) AS compared
$$;

-- What the rules look at: those that are enabled, or one of them.
CREATE OR REPLACE FUNCTION alert_rules(only_rule text, of_kind text)
RETURNS SETOF alert_rule
LANGUAGE sql STABLE
AS $$
  SELECT * FROM alert_rule
  WHERE kind = of_kind
    AND CASE WHEN only_rule IS NULL THEN enabled ELSE name = only_rule END
$$;

-- Failures by rule, result type, MX host and reporter: of the last days, and of
-- an alert that is not resolved from its first day on. A reporter is failing
-- unless it has seen sessions on a later day, which then went well. Reports
-- come late and in any order: only their days count.
CREATE OR REPLACE FUNCTION alert_failures(domains text[], only_rule text)
RETURNS TABLE (
  rule text, policy_domain text, result_type text, receiving_mx_hostname text,
  organization_name text, known boolean, failing boolean, first_day date,
  last_day date, failed_sessions numeric, withheld_sessions numeric,
  auth_domain text
)
LANGUAGE sql STABLE
AS $$
  WITH rules AS MATERIALIZED (
    SELECT * FROM alert_rules(only_rule, 'failure')
  ), failures AS MATERIALIZED (
    SELECT * FROM daily_failure
    WHERE policy_domain = ANY (domains) AND failed_sessions > 0
      AND (auth_domain <> '' OR EXISTS (SELECT FROM rules
        WHERE unauthenticated))
      AND day > least((SELECT today() - max(days) FROM rules),
        (SELECT min(first_day) - 1 FROM alert
          WHERE policy_domain = ANY (domains) AND state <> 'resolved'))
  ), causes AS MATERIALIZED (
    SELECT name, cause
    FROM rules, (SELECT DISTINCT cause FROM failures) AS c
    WHERE matches_pattern(result_types, cause)
  ), named AS MATERIALIZED (
    SELECT name, policy_domain
    FROM rules, (SELECT DISTINCT policy_domain FROM failures) AS d
    WHERE matches_pattern(policy_domains, policy_domain)
  ), seen AS (
    SELECT r.name, r.days, f.policy_domain, f.cause, f.receiving_mx_hostname,
      f.auth_domain, f.organization_name,
      bool_or(coalesce(alert.state <> 'resolved', false)) AS known,
      min(f.day) AS first_day, max(f.day) AS last_day,
      sum(f.failed_sessions) AS failed_sessions,
      sum(f.withheld_sessions) AS withheld_sessions
    FROM failures AS f
    JOIN causes USING (cause)
    JOIN named USING (name, policy_domain)
    JOIN rules AS r USING (name)
    LEFT JOIN alert ON alert.policy_domain = f.policy_domain
      AND alert.rule = r.name
      AND alert.result_type = f.cause
      AND alert.receiving_mx_hostname = f.receiving_mx_hostname
    WHERE (f.auth_domain <> '' OR r.unauthenticated)
      AND (f.day > today() - r.days
        OR alert.state <> 'resolved' AND f.day >= alert.first_day)
      AND f.day >= coalesce(alert.cleared_day, '-infinity')
    GROUP BY r.name, r.days, f.policy_domain, f.cause,
      f.receiving_mx_hostname, f.auth_domain, f.organization_name
  )
  SELECT name, policy_domain, cause, receiving_mx_hostname, organization_name,
    known,
    last_day > today() - days
      AND NOT EXISTS (SELECT FROM daily_domain AS later
        WHERE later.policy_domain = seen.policy_domain
          AND later.day > seen.last_day
          AND later.auth_domain = seen.auth_domain
          AND later.organization_name = seen.organization_name
          AND later.successful_sessions + later.failed_sessions > 0),
    first_day, last_day, failed_sessions, withheld_sessions, auth_domain
  FROM seen
$$;

-- All sessions of a domain in these days.
CREATE OR REPLACE FUNCTION alert_sessions(
  domain text, since date, unauthenticated boolean
) RETURNS numeric
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(sum(successful_sessions + failed_sessions), 0)
  FROM daily_domain
  WHERE policy_domain = domain AND day >= since
    AND (auth_domain <> '' OR unauthenticated)
$$;

-- Rules of kind `failure` that find something. A report may name as many MX
-- hosts as it likes: the worst of each domain count.
CREATE OR REPLACE FUNCTION alert_found_failures(
  domains text[], only_rule text
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT rule, policy_domain, result_type, receiving_mx_hostname, '',
    failure_severity(type.severity, CASE WHEN withheld_sessions > 0
      THEN coalesce(withheld_severity, r.severity) ELSE r.severity END),
    first_day, last_day, failed_sessions, withheld_sessions, all_sessions,
    reporters, signers
  FROM (
    SELECT f.rule, f.policy_domain, f.result_type, f.receiving_mx_hostname,
      min(f.first_day) AS first_day, max(f.last_day) AS last_day,
      sum(f.failed_sessions) AS failed_sessions,
      sum(f.withheld_sessions) AS withheld_sessions,
      array_agg(DISTINCT f.organization_name)
        FILTER (WHERE f.failing) AS reporters,
      array_agg(DISTINCT f.auth_domain) FILTER (WHERE f.failing) AS signers,
      row_number() OVER (PARTITION BY f.rule, f.policy_domain
        ORDER BY bool_or(f.known) DESC, sum(f.failed_sessions) DESC,
          f.result_type, f.receiving_mx_hostname) AS place
    FROM alert_failures(domains, only_rule) AS f
    GROUP BY f.rule, f.policy_domain, f.result_type, f.receiving_mx_hostname
    HAVING bool_or(f.failing)
  ) AS found
  JOIN alert_rule AS r ON r.name = found.rule
  LEFT JOIN result_type_info AS type USING (result_type),
    alert_sessions(policy_domain, first_day, unauthenticated) AS all_sessions
  WHERE place <= 50 AND failed_sessions >= sessions
    AND 100 * failed_sessions > percent * all_sessions
$$;

-- Rules of kind `share`: of the last days that were reported. Old ones tell
-- nothing about today.
CREATE OR REPLACE FUNCTION alert_found_shares(domains text[], only_rule text)
RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT r.name, newest.policy_domain, 'failure-share', '', '', r.severity,
    min(d.day) FILTER (WHERE d.failed_sessions > 0),
    max(d.day) FILTER (WHERE d.failed_sessions > 0),
    sum(d.failed_sessions), 0, sum(d.successful_sessions + d.failed_sessions),
    array_agg(DISTINCT d.organization_name)
      FILTER (WHERE d.failed_sessions > 0),
    array_agg(DISTINCT d.auth_domain) FILTER (WHERE d.failed_sessions > 0)
  FROM alert_rules(only_rule, 'share') AS r
  CROSS JOIN LATERAL (
    SELECT policy_domain, max(day) AS day FROM daily_domain
    WHERE policy_domain = ANY (domains) AND day > today() - 14
      AND successful_sessions + failed_sessions > 0
      AND (auth_domain <> '' OR r.unauthenticated)
    GROUP BY policy_domain
  ) AS newest
  JOIN daily_domain AS d ON d.policy_domain = newest.policy_domain
    AND d.day > newest.day - r.days
  LEFT JOIN alert ON alert.policy_domain = newest.policy_domain
    AND alert.rule = r.name
  WHERE (d.auth_domain <> '' OR r.unauthenticated)
    AND matches_pattern(r.policy_domains, newest.policy_domain)
  GROUP BY r.name, r.severity, r.sessions, r.percent, newest.policy_domain
  HAVING sum(d.failed_sessions) >= r.sessions
    AND 100 * sum(d.failed_sessions)
      > r.percent * sum(d.successful_sessions + d.failed_sessions)
    AND max(d.day) FILTER (WHERE d.failed_sessions > 0)
      >= coalesce(max(alert.cleared_day), '-infinity')
$$;

-- Rules of kind `silence`. Yesterday's reports come today, so that the day
-- before is the last that can be missed. Daily is 13 of 14 days; after a month
-- nobody waits any more.
CREATE OR REPLACE FUNCTION alert_found_silences(
  domains text[], only_rule text
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT r.name, last.policy_domain, 'no-reports', '', last.organization_name,
    r.severity, last.day + 1, today() - 2, 0, 0, 0,
    ARRAY[last.organization_name], last.signers
  FROM alert_rules(only_rule, 'silence') AS r,
    LATERAL (
      SELECT policy_domain, organization_name, max(day) AS day,
        array_agg(DISTINCT auth_domain) AS signers
      FROM daily_domain
      WHERE policy_domain = ANY (domains) AND day > today() - 60
        AND (auth_domain <> '' OR r.unauthenticated)
      GROUP BY policy_domain, organization_name
    ) AS last
  WHERE last.day <= today() - 2 - r.days
    AND last.day > today() - 2 - r.days - 30
    AND matches_pattern(r.policy_domains, last.policy_domain)
    AND (SELECT count(DISTINCT day) FROM daily_domain AS d
      WHERE d.policy_domain = last.policy_domain
        AND d.day > last.day - 14 AND d.day <= last.day
        AND d.organization_name = last.organization_name
        AND (d.auth_domain <> '' OR r.unauthenticated)) >= 13
$$;

-- What the rules find about these domains: the same whatever the order in
-- which reports came. Of one rule alone also while it is disabled.
CREATE OR REPLACE FUNCTION alert_found(
  domains text[], only_rule text DEFAULT NULL
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT * FROM alert_found_failures(domains, only_rule)
  UNION ALL
  SELECT * FROM alert_found_shares(domains, only_rule)
  UNION ALL
  SELECT * FROM alert_found_silences(domains, only_rule)
$$;

-- What a rule finds now. The window of a rule is 60 days at most.
CREATE OR REPLACE FUNCTION test_alert_rule(of_name text)
RETURNS SETOF alert_finding
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
  SELECT * FROM alert_found(ARRAY(
    SELECT DISTINCT policy_domain FROM daily_domain WHERE day > today() - 60),
    of_name)
$$;

CREATE OR REPLACE VIEW v_alert_rule AS
SELECT name, kind, result_types, policy_domains, sessions, percent, days,
  severity, withheld_severity, unauthenticated, enabled
FROM alert_rule;
