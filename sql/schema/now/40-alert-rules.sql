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

-- Whose word it is when this domain has signed, `named` if it is in the list of
-- those that rules believe; '*' is everybody else who signs, '' those that no
-- list allows. These two stand for any number of names, which anybody can make
-- up. No row: not to be believed, unless everybody is.
CREATE OR REPLACE FUNCTION believed_signer(
  of_domain text, everybody boolean
) RETURNS TABLE (signer text, named boolean)
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(domain, CASE WHEN anybody THEN '*' ELSE '' END),
    domain IS NOT NULL
  FROM (
    SELECT of_domain <> '' AND EXISTS (SELECT FROM trusted_signer
      WHERE domain = '*') AS anybody
  ) AS list
  LEFT JOIN trusted_signer ON domain = of_domain
  WHERE everybody OR anybody OR domain IS NOT NULL
$$;

-- More sessions than a reporter can have with a domain in a day: a count that
-- no rule believes.
CREATE OR REPLACE FUNCTION incredible_sessions() RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT 1000000000000
$$;

-- The sums that rules go by. All that opens, ends or counts for an alert is
-- read through these two: of days that have begun, said by those who are
-- believed.
CREATE OR REPLACE FUNCTION believed_domain(everybody boolean)
RETURNS TABLE (
  day date, policy_domain text, auth_domain text, organization_name text,
  successful_sessions numeric, failed_sessions numeric, sessions numeric,
  signer text, named boolean
)
LANGUAGE sql STABLE
AS $$
  SELECT day, policy_domain, auth_domain, organization_name,
    successful_sessions, failed_sessions,
    successful_sessions + failed_sessions, signer, named
  FROM daily_domain, believed_signer(auth_domain, everybody)
  WHERE day <= today()
    AND successful_sessions + failed_sessions <= incredible_sessions()
$$;

CREATE OR REPLACE FUNCTION believed_failure(everybody boolean)
RETURNS TABLE (
  day date, policy_domain text, auth_domain text, organization_name text,
  cause text, receiving_mx_hostname text, failed_sessions numeric,
  withheld_sessions numeric, signer text, named boolean
)
LANGUAGE sql STABLE
AS $$
  SELECT day, policy_domain, auth_domain, organization_name, cause,
    receiving_mx_hostname, failed_sessions, withheld_sessions, signer, named
  FROM daily_failure, believed_signer(auth_domain, everybody)
  WHERE day <= today() AND failed_sessions <= incredible_sessions()
$$;

-- Whether anything could corroborate a failure of this domain: it is looked
-- at, or believed reporters say that it fails.
CREATE OR REPLACE FUNCTION within_sight(domain text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (SELECT FROM watched
      WHERE policy_domain = domain AND looked_at > now() - interval '7 days')
    OR EXISTS (SELECT FROM believed_failure(false)
      WHERE policy_domain = domain AND day > today() - 60)
$$;

-- Reporters that are not believed say that these domains fail: alerts are
-- evaluated, and those that are watched looked at soon. Whoever has one of these
-- rows locked looks at it just now, and is not waited for.
CREATE OR REPLACE FUNCTION note_doubted(domains text[]) RETURNS void
LANGUAGE sql
AS $$
  UPDATE watched SET reported_at = clock_timestamp()
  WHERE policy_domain IN (
    SELECT policy_domain FROM watched WHERE policy_domain = ANY (domains)
    FOR UPDATE SKIP LOCKED);
  INSERT INTO alert_pending (policy_domain)
  SELECT domain FROM unnest(domains) AS domain WHERE within_sight(domain)
$$;

-- Whether one of the enabled rules believes everybody.
CREATE OR REPLACE FUNCTION everybody_is_believed() RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (SELECT FROM alert_rule WHERE enabled AND unauthenticated)
$$;

-- Failures by rule, result type, MX host and reporter: of the last days, and of
-- an alert that is not resolved from its first day on. A reporter is failing
-- unless it has seen sessions on a later day, which then went well. Reports
-- come late and in any order: only their days count.
--
-- With `corroborate` also those of reporters that a rule does not believe: they
-- are `doubted`. Nothing that is said in their name ends them, and they are
-- there only as far as the domain is `seen` to fail like that, or one that is
-- believed says the same.
CREATE OR REPLACE FUNCTION alert_failures(
  domains text[], only_rule text, corroborate boolean
) RETURNS TABLE (
  rule text, policy_domain text, result_type text, receiving_mx_hostname text,
  organization_name text, known boolean, failing boolean, first_day date,
  last_day date, failed_sessions numeric, withheld_sessions numeric,
  auth_domain text, signer text, named boolean, doubted boolean, seen boolean
)
LANGUAGE sql STABLE
AS $$
  WITH rules AS MATERIALIZED (
    SELECT * FROM alert_rules(only_rule, 'failure')
  ), failures AS MATERIALIZED (
    SELECT f.*
    FROM (SELECT bool_or(unauthenticated) OR corroborate AS everybody
        FROM rules) AS any_rule,
      believed_failure(everybody) AS f
    WHERE policy_domain = ANY (domains) AND failed_sessions > 0
      AND day > least((SELECT today() - max(days) FROM rules),
        (SELECT min(first_day) - 1 FROM alert
          WHERE policy_domain = ANY (domains) AND state <> 'resolved'))
  ), causes AS MATERIALIZED (
    SELECT name, cause
    FROM rules, (SELECT DISTINCT cause FROM failures) AS c
    WHERE matches_pattern(result_types, cause)
  ), named_domains AS MATERIALIZED (
    SELECT name, policy_domain
    FROM rules, (SELECT DISTINCT policy_domain FROM failures) AS d
    WHERE matches_pattern(policy_domains, policy_domain)
  ), corroborated AS MATERIALIZED (
    SELECT policy_domain, cause, receiving_mx_hostname, bool_or(seen) AS seen
    FROM (
      SELECT policy_domain, cause, host AS receiving_mx_hostname, true AS seen
      FROM failures_seen(CASE WHEN corroborate THEN domains ELSE '{}' END)
      UNION ALL
      SELECT policy_domain, cause, receiving_mx_hostname, false
      FROM failures
      WHERE corroborate AND signer <> ''
    ) AS witness
    GROUP BY policy_domain, cause, receiving_mx_hostname
  ), reported AS (
    SELECT r.name, r.days, f.policy_domain, f.cause, f.receiving_mx_hostname,
      f.auth_domain, f.organization_name, f.signer, f.named,
      f.signer = '' AND NOT r.unauthenticated AS doubted,
      coalesce(bool_or(c.seen), false) AS seen,
      bool_or(coalesce(alert.state <> 'resolved', false)) AS known,
      min(f.day) AS first_day, max(f.day) AS last_day,
      sum(f.failed_sessions) AS failed_sessions,
      sum(f.withheld_sessions) AS withheld_sessions
    FROM failures AS f
    JOIN causes USING (cause)
    JOIN named_domains USING (name, policy_domain)
    JOIN rules AS r USING (name)
    LEFT JOIN corroborated AS c
      USING (policy_domain, cause, receiving_mx_hostname)
    LEFT JOIN alert ON alert.policy_domain = f.policy_domain
      AND alert.rule = r.name
      AND alert.result_type = f.cause
      AND alert.receiving_mx_hostname = f.receiving_mx_hostname
    WHERE (f.signer <> '' OR r.unauthenticated OR c.seen IS NOT NULL
        AND f.day >= coalesce(alert.unauthenticated_cleared_day, '-infinity'))
      AND (f.day > today() - r.days
        OR alert.state <> 'resolved' AND f.day >= alert.first_day)
      AND f.day >= coalesce(alert.cleared_day, '-infinity')
    GROUP BY r.name, r.days, r.unauthenticated, f.policy_domain, f.cause,
      f.receiving_mx_hostname, f.auth_domain, f.organization_name, f.signer,
      f.named
  )
  SELECT name, policy_domain, cause, receiving_mx_hostname, organization_name,
    known,
    last_day > today() - days
      AND (doubted OR NOT EXISTS (SELECT FROM believed_domain(true) AS later
        WHERE later.policy_domain = reported.policy_domain
          AND later.day > reported.last_day
          AND later.auth_domain = reported.auth_domain
          AND later.organization_name = reported.organization_name
          AND later.sessions > 0)),
    first_day, last_day, failed_sessions, withheld_sessions, auth_domain,
    signer, named, doubted, seen
  FROM reported
$$;

-- All sessions of a domain in these days, and of them those that named signers
-- count.
CREATE OR REPLACE FUNCTION alert_sessions(
  domain text, since date, everybody boolean
) RETURNS TABLE (all_sessions numeric, named_sessions numeric)
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(sum(sessions), 0),
    coalesce(sum(sessions) FILTER (WHERE named), 0)
  FROM believed_domain(everybody)
  WHERE policy_domain = domain AND day >= since
$$;

-- Whether so many failed sessions are enough for a rule.
CREATE OR REPLACE FUNCTION is_enough(
  failed numeric, of_sessions numeric, least_sessions bigint, percent numeric
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(failed >= least_sessions
    AND 100 * failed > percent * of_sessions, false)
$$;

-- Rules of kind `failure` that find something. A report may name as many MX
-- hosts as it likes: of each domain and signer the worst count. What those add
-- who are not named cannot hide what the others have found.
--
-- What is doubted counts only where the others do not find it by themselves and
-- something corroborates it, and never for how bad it is.
CREATE OR REPLACE FUNCTION alert_found_failures(
  domains text[], only_rule text, corroborate boolean
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  WITH failures AS MATERIALIZED (
    SELECT * FROM alert_failures(domains, only_rule, corroborate)
  ), placed AS (
    SELECT rule, policy_domain, result_type, receiving_mx_hostname, signer,
      row_number() OVER (PARTITION BY rule, policy_domain, signer
        ORDER BY bool_or(known) DESC, sum(failed_sessions) DESC,
          result_type, receiving_mx_hostname) AS place
    FROM failures
    GROUP BY rule, policy_domain, result_type, receiving_mx_hostname, signer
    HAVING bool_or(failing)
  )
  SELECT DISTINCT ON (rule, policy_domain, result_type, receiving_mx_hostname)
    rule, policy_domain, result_type, receiving_mx_hostname, '',
    failure_severity(type.severity, CASE WHEN withheld_sessions > 0
      THEN coalesce(withheld_severity, r.severity) ELSE r.severity END),
    first_day, last_day, failed_sessions, withheld_sessions, all_sessions,
    CASE WHEN with_doubted THEN reporters[1:100] ELSE reporters END,
    CASE WHEN with_doubted THEN signers[1:100] ELSE signers END,
    doubted_sessions
  FROM (
    SELECT with_doubted, f.rule, f.policy_domain, f.result_type,
      f.receiving_mx_hostname, min(f.first_day) AS first_day,
      max(f.last_day) AS last_day, sum(f.failed_sessions) AS failed_sessions,
      sum(f.failed_sessions) FILTER (WHERE f.named) AS named_failed,
      coalesce(sum(f.withheld_sessions) FILTER (WHERE NOT doubted), 0)
        AS withheld_sessions,
      coalesce(sum(f.failed_sessions) FILTER (WHERE doubted), 0)
        AS doubted_sessions,
      array_agg(f.organization_name
        ORDER BY doubted, f.organization_name, f.auth_domain)
        FILTER (WHERE f.failing) AS reporters,
      array_agg(f.auth_domain
        ORDER BY doubted, f.organization_name, f.auth_domain)
        FILTER (WHERE f.failing) AS signers
    FROM failures AS f
    CROSS JOIN unnest(ARRAY[false, true]) AS with_doubted
    LEFT JOIN placed USING (rule, policy_domain, result_type,
      receiving_mx_hostname, signer)
    WHERE with_doubted OR NOT doubted
    GROUP BY with_doubted, f.rule, f.policy_domain, f.result_type,
      f.receiving_mx_hostname
    HAVING min(place) <= 50 AND (NOT with_doubted
      OR bool_or(doubted AND failing)
        AND (bool_or(seen) OR bool_or(failing AND NOT doubted)))
  ) AS found
  JOIN alert_rule AS r ON r.name = found.rule
  LEFT JOIN result_type_info AS type USING (result_type),
    alert_sessions(policy_domain, first_day, unauthenticated OR with_doubted)
  WHERE is_enough(failed_sessions, all_sessions, sessions, percent)
    OR is_enough(named_failed, named_sessions, sessions, percent)
  ORDER BY rule, policy_domain, result_type, receiving_mx_hostname, with_doubted
$$;

-- Rules of kind `share`: of the last days that were reported. Old ones tell
-- nothing about today. It is enough if those say so who are named: sessions are
-- easily made up.
CREATE OR REPLACE FUNCTION alert_found_shares(domains text[], only_rule text)
RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT rule, policy_domain, 'failure-share', '', '', severity,
    min(first_day), max(last_day), sum(failed), 0, sum(counted),
    array_agg(organization_name ORDER BY organization_name, auth_domain)
      FILTER (WHERE failed > 0),
    array_agg(auth_domain ORDER BY organization_name, auth_domain)
      FILTER (WHERE failed > 0), 0
  FROM (
    SELECT r.name AS rule, r.severity, r.sessions AS least_sessions, r.percent,
      d.policy_domain, d.organization_name, d.auth_domain, d.named,
      sum(d.failed_sessions) AS failed, sum(d.sessions) AS counted,
      min(d.day) FILTER (WHERE d.failed_sessions > 0) AS first_day,
      max(d.day) FILTER (WHERE d.failed_sessions > 0) AS last_day
    FROM alert_rules(only_rule, 'share') AS r
    CROSS JOIN LATERAL (
      SELECT policy_domain, max(day) AS day
      FROM believed_domain(r.unauthenticated)
      WHERE policy_domain = ANY (domains) AND day > today() - 14
        AND sessions > 0
      GROUP BY policy_domain
    ) AS newest
    CROSS JOIN LATERAL believed_domain(r.unauthenticated) AS d
    WHERE d.policy_domain = newest.policy_domain
      AND d.day > newest.day - r.days
      AND matches_pattern(r.policy_domains, newest.policy_domain)
    GROUP BY r.name, r.severity, r.sessions, r.percent, d.policy_domain,
      d.organization_name, d.auth_domain, d.named
  ) AS reported
  LEFT JOIN (
    SELECT rule, policy_domain, max(cleared_day) AS cleared_day FROM alert
    GROUP BY rule, policy_domain
  ) AS alert USING (rule, policy_domain)
  GROUP BY rule, severity, least_sessions, percent, policy_domain, cleared_day
  HAVING (is_enough(sum(failed), sum(counted), least_sessions, percent)
      OR is_enough(sum(failed) FILTER (WHERE named),
        sum(counted) FILTER (WHERE named), least_sessions, percent))
    AND max(last_day) >= coalesce(cleared_day, '-infinity')
$$;

-- Whether reports that are days old come in just now, from those who are
-- believed: whoever seems to have fallen silent may be the next of them. They
-- never all have such reports, so that it ends.
CREATE OR REPLACE FUNCTION history_comes_in() RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (
    SELECT 1 FROM (
      SELECT day, auth_domain, received_at FROM daily_reporter
      UNION ALL
      SELECT day, auth_domain, received_at FROM outbox_report
    ) AS reported, believed_signer(auth_domain, everybody_is_believed())
    WHERE day BETWEEN today() - 90 AND today() - 5
      AND received_at BETWEEN now() - interval '10 minutes'
        AND clock_timestamp())
$$;

-- Rules of kind `silence`. Yesterday's reports come today, so that the day
-- before is the last that can be missed. Daily is 13 of 14 days; after a month
-- nobody waits any more. Those who are not named cannot speak for one who is.
-- An archive that ends says nothing about the present: the last report came
-- within days, or others have gone on to report. What is open stays so.
CREATE OR REPLACE FUNCTION alert_found_silences(
  domains text[], only_rule text
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT DISTINCT ON (r.name, last.policy_domain, last.organization_name)
    r.name, last.policy_domain, 'no-reports', '', last.organization_name,
    r.severity, last.day + 1, today() - 2, 0, 0, 0,
    array_fill(last.organization_name, ARRAY[cardinality(last.signers)]),
    last.signers, 0
  FROM alert_rules(only_rule, 'silence') AS r,
    unnest(ARRAY[true, false]) AS only_named,
    LATERAL (
      SELECT policy_domain, organization_name, max(day) AS day,
        array_agg(DISTINCT auth_domain) AS signers,
        EXISTS (SELECT FROM alert
          WHERE alert.policy_domain = believed.policy_domain
            AND rule = r.name AND result_type = 'no-reports'
            AND alert.organization_name = believed.organization_name
            AND state <> 'resolved') AS known
      FROM believed_domain(r.unauthenticated) AS believed
      WHERE policy_domain = ANY (domains) AND day > today() - 60
        AND (named OR NOT only_named)
      GROUP BY policy_domain, organization_name
    ) AS last
  WHERE last.day <= today() - 2 - r.days
    AND last.day > today() - 2 - r.days - 30
    AND matches_pattern(r.policy_domains, last.policy_domain)
    AND (SELECT count(DISTINCT day) FROM believed_domain(r.unauthenticated) AS d
      WHERE d.policy_domain = last.policy_domain
        AND d.day > last.day - 14 AND d.day <= last.day
        AND d.organization_name = last.organization_name
        AND (d.named OR NOT only_named)) >= 13
    AND (known OR (
        EXISTS (SELECT FROM daily_reporter AS came
          WHERE came.day = last.day
            AND came.organization_name = last.organization_name
            AND came.auth_domain = ANY (last.signers)
            AND came.received_at < last.day + interval '5 days')
        OR EXISTS (SELECT FROM believed_domain(r.unauthenticated) AS later
          WHERE later.policy_domain = last.policy_domain
            AND later.day >= last.day + r.days))
      AND NOT history_comes_in())
  ORDER BY r.name, last.policy_domain, last.organization_name, only_named DESC
$$;

-- Rules of kind `probe`.
CREATE OR REPLACE FUNCTION alert_found_probes(domains text[], only_rule text)
RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT r.name, policy_domain, code, host, '',
    CASE found.severity WHEN 'critical' THEN 'critical' ELSE r.severity END,
    since, today(), 0, 0, 0, '{}'::text[], '{}'::text[], 0
  FROM alert_rules(only_rule, 'probe') AS r, found_now(domains) AS found
  WHERE matches_pattern(r.result_types, code)
    AND matches_pattern(r.policy_domains, policy_domain)
$$;

-- What the rules find about these domains: the same whatever the order in
-- which reports came. Of one rule alone also while it is disabled.
CREATE OR REPLACE FUNCTION alert_found(
  domains text[], only_rule text DEFAULT NULL,
  corroborate boolean DEFAULT false
) RETURNS SETOF alert_finding
LANGUAGE sql STABLE
AS $$
  SELECT * FROM alert_found_failures(domains, only_rule, corroborate)
  UNION ALL
  SELECT * FROM alert_found_shares(domains, only_rule)
  UNION ALL
  SELECT * FROM alert_found_silences(domains, only_rule)
  UNION ALL
  SELECT * FROM alert_found_probes(domains, only_rule)
$$;

-- What a rule finds now, also what alerts need corroboration for. The window of
-- a rule is 60 days at most.
CREATE OR REPLACE FUNCTION test_alert_rule(of_name text)
RETURNS SETOF alert_finding
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
SET jit = off
AS $$
  SELECT * FROM alert_found(ARRAY(
    SELECT DISTINCT policy_domain FROM believed_domain(true)
    WHERE day > today() - 60), of_name, true)
$$;

CREATE OR REPLACE VIEW v_alert_rule AS
SELECT name, kind, result_types, policy_domains, sessions, percent, days,
  severity, withheld_severity, unauthenticated, enabled
FROM alert_rule;
