-- SPDX-License-Identifier: BSD-2-Clause
-- From sums to alerts, and from alerts to those who have to know.

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
      lower(ltrim(pattern, '!')), '([\\%_])', '\\\1', 'g'), '*', '%')
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
  last_day date, failed_sessions numeric, withheld_sessions numeric
)
LANGUAGE sql STABLE
AS $$
  WITH rules AS MATERIALIZED (
    SELECT * FROM alert_rules(only_rule, 'failure')
  ), failures AS MATERIALIZED (
    SELECT * FROM daily_failure
    WHERE policy_domain = ANY (domains) AND failed_sessions > 0
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
    first_day, last_day, failed_sessions, withheld_sessions
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
    CASE WHEN withheld_sessions > 0
      THEN coalesce(withheld_severity, severity) ELSE severity END,
    first_day, last_day, failed_sessions, withheld_sessions, all_sessions,
    reporters
  FROM (
    SELECT f.rule, f.policy_domain, f.result_type, f.receiving_mx_hostname,
      min(f.first_day) AS first_day, max(f.last_day) AS last_day,
      sum(f.failed_sessions) AS failed_sessions,
      sum(f.withheld_sessions) AS withheld_sessions,
      array_agg(DISTINCT f.organization_name)
        FILTER (WHERE f.failing) AS reporters,
      row_number() OVER (PARTITION BY f.rule, f.policy_domain
        ORDER BY bool_or(f.known) DESC, sum(f.failed_sessions) DESC,
          f.result_type, f.receiving_mx_hostname) AS place
    FROM alert_failures(domains, only_rule) AS f
    GROUP BY f.rule, f.policy_domain, f.result_type, f.receiving_mx_hostname
    HAVING bool_or(f.failing)
  ) AS found
  JOIN alert_rule AS r ON r.name = found.rule,
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
      FILTER (WHERE d.failed_sessions > 0)
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
    ARRAY[last.organization_name]
  FROM alert_rules(only_rule, 'silence') AS r,
    LATERAL (
      SELECT policy_domain, organization_name, max(day) AS day
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

-- The words for each result type of an alert.
CREATE OR REPLACE VIEW alert_words AS
SELECT result_type, title, explanation, remedy FROM result_type_info
UNION ALL VALUES
  ('failure-share', 'Many sessions fail',
    'Of all sessions that reporters count for the domain, more failed than '
    'the rule lets pass.',
    'Look at what fails with "tlsrptctl failures": the result types say what '
    'to do.'),
  ('no-reports', 'A reporter has fallen silent',
    'The reporter sent a report every day and has stopped. Either it has '
    'nothing to report, or its reports do not arrive.',
    'Check that the _smtp._tls record is there and names the right address, '
    'and that mail to that address arrives: look into the log of the mail '
    'server, and send a report by hand. If reports go to a domain whose own '
    'TLS is broken, its MTA-STS policy keeps them away.');

CREATE OR REPLACE VIEW v_alert AS
SELECT alert_id, rule, state, severity, policy_domain, alert.result_type,
  receiving_mx_hostname, first_day, last_day, failed_sessions, opened_at,
  resolved_at, acknowledged_at, organization_name, withheld_sessions,
  all_sessions, reporters, acknowledged_by, title, explanation, remedy
FROM alert
LEFT JOIN alert_words USING (result_type);

-- How delivery stands.
CREATE OR REPLACE VIEW v_alert_channel AS
SELECT channel, delivered_at, count(event_id) AS waiting,
  min(happened_at) AS waiting_since, attempts, problem, problem_since
FROM alert_channel
LEFT JOIN alert_event ON event_id > delivered
GROUP BY channel, delivered_at, attempts, problem, problem_since;

CREATE OR REPLACE VIEW v_alert_rule AS
SELECT name, kind, result_types, policy_domains, sessions, percent, days,
  severity, withheld_severity, unauthenticated, enabled
FROM alert_rule;

-- Remembers that somebody has to be told: `what` has become of an alert.
CREATE OR REPLACE FUNCTION tell_alert(id integer, what text) RETURNS void
LANGUAGE sql
AS $$
  INSERT INTO alert_event (event_id, alert)
  SELECT coalesce((SELECT max(event_id) FROM alert_event), 0) + 1,
    jsonb_build_object('what', what) || to_jsonb(v_alert)
  FROM v_alert WHERE alert_id = id
$$;

-- Writes down what a rule has found, and returns the alert's number.
CREATE OR REPLACE FUNCTION raise_alert(found alert_finding) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
  id integer;
  known alert;
  what text;
BEGIN
  SELECT * INTO known FROM alert
  WHERE policy_domain = found.policy_domain AND rule = found.rule
    AND result_type = found.result_type
    AND receiving_mx_hostname = found.receiving_mx_hostname
    AND organization_name = found.organization_name;
  id := known.alert_id;
  IF id IS NULL THEN
    id := coalesce((SELECT max(alert_id) FROM alert), 0) + 1;
    what := 'opened';
    INSERT INTO alert (alert_id, rule, policy_domain, result_type,
      receiving_mx_hostname, organization_name, state, severity, first_day,
      last_day, failed_sessions, withheld_sessions, all_sessions, reporters)
    VALUES (id, found.rule, found.policy_domain, found.result_type,
      found.receiving_mx_hostname, found.organization_name, 'open',
      found.severity, found.first_day, found.last_day, found.failed_sessions,
      found.withheld_sessions, found.all_sessions, found.reporters);
  ELSE
    what := CASE
      WHEN known.state = 'resolved' THEN 'reopened'
      WHEN known.severity = 'warning' AND found.severity = 'critical'
        THEN 'escalated'
    END;
    UPDATE alert SET severity = found.severity,
      state = CASE what WHEN 'reopened' THEN 'reopened'
        WHEN 'escalated' THEN 'open' ELSE state END,
      first_day = CASE what WHEN 'reopened' THEN found.first_day
        ELSE least(first_day, found.first_day) END,
      last_day = found.last_day, failed_sessions = found.failed_sessions,
      withheld_sessions = found.withheld_sessions,
      all_sessions = found.all_sessions, reporters = found.reporters,
      opened_at = CASE what WHEN 'reopened' THEN clock_timestamp()
        ELSE opened_at END,
      acknowledged_at = CASE WHEN what IS NULL THEN acknowledged_at END,
      acknowledged_by = CASE WHEN what IS NULL THEN acknowledged_by END,
      resolved_at = NULL
    WHERE alert_id = id;
  END IF;
  IF what IS NOT NULL THEN
    PERFORM tell_alert(id, what);
  END IF;
  RETURN id;
END
$$;

-- The last day on which those who reported it have seen that it is over; NULL
-- when they have only stopped to speak of it.
CREATE OR REPLACE FUNCTION alert_seen_well(known alert) RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT max(day) FROM daily_domain
  WHERE policy_domain = known.policy_domain
    AND CASE known.result_type
      WHEN 'failure-share' THEN day > today() - 14
      WHEN 'no-reports' THEN day >= known.first_day
        AND organization_name = known.organization_name
      ELSE day > known.last_day AND organization_name = ANY (known.reporters)
        AND successful_sessions + failed_sessions > 0
    END
$$;

-- Resolves what is no longer found. Because of a changed rule nothing is over,
-- and nobody is told.
CREATE OR REPLACE FUNCTION resolve_alert(known alert) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  well date := alert_seen_well(known);
  over boolean := EXISTS (SELECT FROM alert_rule
    WHERE name = known.rule AND enabled
      AND matches_pattern(policy_domains, known.policy_domain)
      AND (kind <> 'failure'
        OR matches_pattern(result_types, known.result_type)));
BEGIN
  UPDATE alert SET state = 'resolved', resolved_at = clock_timestamp(),
    cleared_day = CASE WHEN over THEN greatest(last_day + 1,
        CASE WHEN known.result_type <> 'failure-share' THEN well END)
      ELSE cleared_day END
  WHERE alert_id = known.alert_id;
  IF over THEN
    PERFORM tell_alert(known.alert_id,
      CASE WHEN well IS NULL THEN 'expired' ELSE 'resolved' END);
  END IF;
END
$$;

-- With each day that begins, alerts may have become too old, and reporters
-- been silent for long enough, whoever else reports in their name: looked for a
-- part at a time, and again a week later because their last report may have
-- been late. True when there is more.
CREATE OR REPLACE FUNCTION wind_alert_clock() RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
  now_at alert_clock;
  reached text;
BEGIN
  SELECT greatest(day, today() - 7), policy_domain INTO now_at
  FROM alert_clock;
  IF now_at.day >= today() THEN
    RETURN false;
  END IF;
  IF now_at.policy_domain = '' THEN
    INSERT INTO alert_pending (policy_domain)
    SELECT DISTINCT policy_domain FROM alert WHERE state <> 'resolved';
    -- The last one stays, so that numbers only grow.
    DELETE FROM alert_event
    WHERE happened_at < now() - interval '90 days'
      AND event_id < (SELECT max(event_id) FROM alert_event);
  END IF;

  WITH candidate AS (
    SELECT now_at.day - 1 - days - later AS day
    FROM alert_rules(NULL, 'silence'), unnest('{0,7}'::integer[]) AS later
  ), reported AS (
    SELECT DISTINCT policy_domain FROM daily_domain
    WHERE day IN (SELECT day FROM candidate)
      AND policy_domain > now_at.policy_domain
    ORDER BY policy_domain LIMIT 10000
  ), pending AS (
    INSERT INTO alert_pending (policy_domain)
    SELECT policy_domain FROM reported
    WHERE EXISTS (
      SELECT FROM daily_domain AS last
      WHERE last.policy_domain = reported.policy_domain
        AND last.day IN (SELECT day FROM candidate)
        AND NOT EXISTS (SELECT FROM daily_domain AS later
          WHERE later.policy_domain = last.policy_domain
            AND later.organization_name = last.organization_name
            AND later.auth_domain = last.auth_domain
            AND later.day > last.day))
  )
  SELECT max(policy_domain) INTO reached FROM reported;
  IF reached IS NULL THEN
    UPDATE alert_clock SET day = now_at.day + 1, policy_domain = '';
  ELSE
    UPDATE alert_clock SET day = now_at.day, policy_domain = reached;
  END IF;
  RETURN true;
END
$$;

-- Goes through up to `batch` of the domains about which something is new:
-- opens, updates and resolves their alerts. `events` is what became of alerts,
-- -1 while somebody else is at it; `more` says that there may be more to do.
CREATE OR REPLACE FUNCTION evaluate_alerts(
  batch integer DEFAULT 500, OUT events integer, OUT more boolean
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  domains text[];
  found alert_finding;
  found_ids integer[] := '{}';
  last_event bigint;
BEGIN
  events := -1;
  more := false;
  IF NOT pg_try_advisory_xact_lock(8460, 4) THEN
    RETURN;
  END IF;
  events := 0;
  more := wind_alert_clock();
  domains := ARRAY(SELECT DISTINCT policy_domain FROM alert_pending
    LIMIT batch);
  IF cardinality(domains) = 0 THEN
    RETURN;
  END IF;
  more := more OR cardinality(domains) = batch;
  DELETE FROM alert_pending WHERE policy_domain = ANY (domains);
  last_event := (SELECT coalesce(max(event_id), 0) FROM alert_event);

  FOR found IN SELECT * FROM alert_found(domains)
    ORDER BY policy_domain, severity, rule, result_type, receiving_mx_hostname
  LOOP
    found_ids := found_ids || raise_alert(found);
  END LOOP;
  PERFORM resolve_alert(alert) FROM alert
  WHERE policy_domain = ANY (domains) AND state <> 'resolved'
    AND alert_id <> ALL (found_ids);

  events := (SELECT count(*) FROM alert_event WHERE event_id > last_event);
END
$$;

-- All that a changed rule could be about. It is looked at again, of old alerts
-- too.
CREATE OR REPLACE FUNCTION review_alerts() RETURNS void
LANGUAGE sql
AS $$
  INSERT INTO alert_pending (policy_domain)
  SELECT policy_domain FROM daily_domain WHERE day > today() - 60
  UNION
  SELECT policy_domain FROM alert WHERE state <> 'resolved'
$$;

-- False when there is no such alert, or nothing to acknowledge about it.
CREATE OR REPLACE FUNCTION acknowledge_alert(id integer, who text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  UPDATE alert SET state = 'acknowledged',
    acknowledged_at = clock_timestamp(), acknowledged_by = left(who, 255)
  WHERE alert_id = id AND state IN ('open', 'reopened');
  RETURN FOUND;
END
$$;

-- What a channel has to tell, of each alert the last that has become of it, the
-- worst first and at most so many, for whoever gets it to deliver within so
-- many seconds; nothing while somebody else has it, or after a failure not yet.
-- `total` counts all that this is about, up to `last_event`. A new channel
-- begins with the last day.
CREATE OR REPLACE FUNCTION claim_alerts(
  i_channel text, seconds integer, most integer
) RETURNS TABLE (alert text, total bigint, last_event bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  after bigint;
BEGIN
  INSERT INTO alert_channel (channel, delivered)
  SELECT i_channel, coalesce(max(event_id), 0) FROM alert_event
  WHERE happened_at < now() - interval '1 day'
  ON CONFLICT DO NOTHING;
  UPDATE alert_channel
  SET claimed_until = clock_timestamp() + seconds * interval '1 second'
  WHERE channel = i_channel AND claimed_until <= clock_timestamp()
    AND next_attempt <= clock_timestamp()
    AND EXISTS (SELECT FROM alert_event WHERE event_id > delivered)
  RETURNING delivered INTO after;
  RETURN QUERY
    SELECT newest.alert::text, count(*) OVER (), max(event_id) OVER ()
    FROM (
      SELECT DISTINCT ON ((alert_event.alert ->> 'alert_id')::integer)
        event_id, alert_event.alert
      FROM alert_event
      WHERE event_id > after
      ORDER BY (alert_event.alert ->> 'alert_id')::integer, event_id DESC
    ) AS newest
    ORDER BY newest.alert ->> 'what' IN ('resolved', 'expired'),
      newest.alert ->> 'severity', event_id
    LIMIT most;
END
$$;

-- What became of it: `problem` is NULL when everybody was told. The more there
-- was to tell the longer is the pause, at most five minutes, so that a flood
-- comes in one piece; after failures it grows to ten.
CREATE OR REPLACE FUNCTION finish_alerts(
  i_channel text, last_event bigint, i_problem text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  UPDATE alert_channel SET claimed_until = '-infinity',
    delivered = CASE WHEN i_problem IS NULL
      THEN greatest(delivered, last_event) ELSE delivered END,
    delivered_at = CASE WHEN i_problem IS NULL
      THEN clock_timestamp() ELSE delivered_at END,
    attempts = CASE WHEN i_problem IS NULL THEN 0 ELSE attempts + 1 END,
    next_attempt = clock_timestamp() + interval '1 second'
      * CASE WHEN i_problem IS NULL
        THEN least(300, greatest(0, last_event - delivered) / 10)
        ELSE least(600, 5 * 2 ^ least(attempts, 10)) END,
    problem = left(i_problem, 1024),
    problem_since = CASE WHEN i_problem IS NOT NULL
      THEN coalesce(problem_since, clock_timestamp()) END
  WHERE channel = i_channel
$$;

-- For the daemon, which may read no view: alerts that are not resolved, the
-- worst first and at most so many; how many there are; how delivery stands.
CREATE OR REPLACE FUNCTION unresolved_alerts(most integer)
RETURNS TABLE (
  rule text, severity text, state text, policy_domain text, result_type text,
  receiving_mx_hostname text, organization_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT rule, severity, state, policy_domain, result_type,
    receiving_mx_hostname, organization_name
  FROM alert
  WHERE state <> 'resolved'
  ORDER BY severity, alert_id
  LIMIT most
$$;

CREATE OR REPLACE FUNCTION alert_counts()
RETURNS TABLE (severity text, state text, alerts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT severity, state, count(alert_id)
  FROM unnest('{critical,warning}'::text[]) AS severity
  CROSS JOIN unnest('{open,acknowledged,reopened}'::text[]) AS state
  LEFT JOIN alert USING (severity, state)
  GROUP BY severity, state
$$;

CREATE OR REPLACE FUNCTION alert_channels() RETURNS SETOF v_alert_channel
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT * FROM v_alert_channel
$$;
