-- SPDX-License-Identifier: BSD-2-Clause
-- What becomes of alerts.

-- The words for each result type of an alert.
CREATE OR REPLACE VIEW alert_words AS
SELECT result_type, title, explanation, remedy FROM result_type_info
UNION ALL VALUES
  ('failure-share', 'Many sessions fail',
    'Of all sessions that reporters count for the domain, a larger share '
    'failed than the rule allows.',
    'Run "tlsreport failures" to see what fails: each result type says what '
    'to do.'),
  ('no-reports', 'A reporter has fallen silent',
    'The reporter sent a report every day and has stopped. Either it has '
    'nothing to report, or its reports do not arrive.',
    'Check that the _smtp._tls record exists and names the right address, '
    'and that mail to that address arrives: look into the log of the mail '
    'server, and send a report by hand. If the address is in a domain whose '
    'own TLS is broken, its MTA-STS policy may keep reports away.')
UNION ALL
SELECT code, title, explanation,
  'Run "tlsreport check-domain DOMAIN", which says what to do.'
FROM (VALUES
  ('mx-certificate-soon', 'The certificate should have been renewed',
    'Less than a quarter of its life is left.'),
  ('mx-certificate-expired', 'The certificate has expired',
    'Seen at the mail server itself, before any reporter tells of it.'),
  ('mx-certificate-name', 'The certificate is for another name',
    'Seen at the mail server itself, before any reporter tells of it.'),
  ('mx-certificate-not-loaded', 'The new certificate is not loaded',
    'The certificate on disk is newer than what the mail server presents.'),
  ('sts-mx-not-covered', 'The MTA-STS policy does not cover the host',
    'No mx of the policy covers this host of the MX records.'),
  ('sts-policy-host-missing', 'The policy host does not exist',
    'Senders cannot fetch the MTA-STS policy.'),
  ('sts-policy-unreachable', 'The policy host does not answer',
    'Senders cannot fetch the MTA-STS policy.'),
  ('sts-policy-certificate', 'The certificate of the policy host is wrong',
    'Senders do not accept the MTA-STS policy.'),
  ('sts-policy-redirect', 'The policy host answers with a redirect',
    'Senders must not follow it.'),
  ('sts-policy-status', 'The policy host does not serve the policy',
    'Senders cannot fetch the MTA-STS policy.'),
  ('sts-policy-syntax', 'The MTA-STS policy has mistakes',
    'Senders may ignore it.'),
  ('sts-policy-changed-same-id', 'The MTA-STS policy has changed, its id not',
    'Senders go on with the old policy until it expires.'),
  ('sts-record-without-policy', 'There is no MTA-STS policy',
    'The record announces one.'),
  ('sts-policy-too-big', 'The MTA-STS policy is too big',
    'Senders may ignore it.'),
  ('sts-policy-media-type', 'The MTA-STS policy is not sent as plain text',
    'Senders may ignore it.'),
  ('sts-policy-differs', 'The policy host has several MTA-STS policies',
    'Its addresses serve different files.'),
  ('sts-policy-without-record', 'The MTA-STS record is gone',
    'There was one before, and the policy is still there. Senders go on with '
    'the policy that they know until it expires.'),
  ('sts-missing', 'The MTA-STS record is gone',
    'There was one before. Senders go on with the policy that they know until '
    'it expires.'),
  ('tlsrpt-missing', 'The TLSRPT record is gone',
    'There was one before. Reporters stop to send reports.'),
  ('tlsa-mismatch', 'No TLSA record fits the certificate',
    'Senders that use DANE do not deliver.'),
  ('tlsa-mismatch-soon', 'No TLSA record fits the next certificate',
    'Once the certificate on disk is loaded, senders that use DANE do not '
    'deliver.'),
  ('tlsa-ca-not-in-chain', 'The authority of a TLSA record is not presented',
    'Senders that use DANE do not deliver.'),
  ('tlsa-bogus', 'The TLSA records are not validly signed',
    'Senders that use DANE keep their mail.'),
  ('dns-bogus', 'An answer of the DNS is not validly signed',
    'Senders that validate keep their mail.')
) AS found (code, title, explanation);

-- Words on MTA-STS say DOMAIN where the domain belongs.
CREATE OR REPLACE VIEW v_alert AS
SELECT alert_id, rule, state, severity, policy_domain, alert.result_type,
  receiving_mx_hostname, first_day, last_day, failed_sessions, opened_at,
  resolved_at, acknowledged_at, organization_name, withheld_sessions,
  all_sessions, reporters, acknowledged_by, title, explanation,
  replace(remedy, 'DOMAIN', policy_domain) AS remedy, signers, incident_id,
  reason_codes, receiving_ips, unauthenticated_sessions
FROM alert
LEFT JOIN alert_words USING (result_type);

-- Most alerts of one signer that are not resolved at once: a signed report may
-- name thousands of domains and MX hosts. All that are not named share theirs,
-- for one owner of a domain signs as any number of names below it.
CREATE OR REPLACE FUNCTION alerts_of_signer() RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
  SELECT 1000
$$;

-- Who of these has the fewest alerts that are not resolved; NULL when all have
-- as many as there may be. Whoever has too many keeps no alert from the others.
CREATE OR REPLACE FUNCTION alert_signer(signers text[]) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT name
  FROM (
    SELECT DISTINCT signer
    FROM unnest(signers) AS auth_domain, believed_signer(auth_domain, true)
  ) AS believed (name), LATERAL (
    SELECT count(*) AS alerts FROM alert
    WHERE signer = name AND state <> 'resolved') AS counted
  WHERE alerts < alerts_of_signer()
  ORDER BY alerts, name
  LIMIT 1
$$;

-- The incident that an alert which begins belongs to: that of others with the
-- same cause; NULL when there is none.
CREATE OR REPLACE FUNCTION running_incident(finding alert_finding)
RETURNS integer
LANGUAGE sql STABLE
AS $$
  SELECT incident_id FROM alert
  WHERE state <> 'resolved' AND result_type = finding.result_type
    AND receiving_mx_hostname = finding.receiving_mx_hostname
    AND organization_name = finding.organization_name
    AND (finding.receiving_mx_hostname <> '' OR finding.organization_name <> ''
      OR policy_domain = finding.policy_domain)
  LIMIT 1
$$;

CREATE OR REPLACE FUNCTION next_alert_number() RETURNS integer
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(greatest((SELECT max(alert_id) FROM alert),
    (SELECT max(incident_id) FROM alert),
    (SELECT max(incident_id) FROM past_alert)), 0) + 1
$$;

-- Writes down what a rule has found: `id` is the alert's number, NULL when its
-- signers have too many already; `what` has become of it, NULL: nothing new.
CREATE OR REPLACE FUNCTION raise_alert(
  finding alert_finding, OUT id integer, OUT what text
)
LANGUAGE plpgsql
AS $$
DECLARE
  known alert;
  incident integer;
  counts_for text;
  begins boolean;
BEGIN
  SELECT * INTO known FROM alert
  WHERE policy_domain = finding.policy_domain AND rule = finding.rule
    AND result_type = finding.result_type
    AND receiving_mx_hostname = finding.receiving_mx_hostname
    AND organization_name = finding.organization_name;
  begins := coalesce(known.state, 'resolved') = 'resolved';
  counts_for := known.signer;
  incident := known.incident_id;
  IF begins THEN
    counts_for := CASE WHEN cardinality(finding.signers) = 0 THEN ''
      ELSE alert_signer(finding.signers) END;
    IF counts_for IS NULL THEN
      RETURN;
    END IF;
    incident := coalesce(running_incident(finding), next_alert_number());
  END IF;
  id := known.alert_id;
  IF id IS NULL THEN
    id := next_alert_number();
    what := 'opened';
    INSERT INTO alert (alert_id, rule, policy_domain, result_type,
      receiving_mx_hostname, organization_name, state, severity, first_day,
      last_day, failed_sessions, withheld_sessions, all_sessions, reporters,
      signers, signer, incident_id, unauthenticated_sessions)
    VALUES (id, finding.rule, finding.policy_domain, finding.result_type,
      finding.receiving_mx_hostname, finding.organization_name, 'open',
      finding.severity, finding.first_day, finding.last_day, finding.failed_sessions,
      finding.withheld_sessions, finding.all_sessions, finding.reporters,
      finding.signers, counts_for, incident,
      finding.unauthenticated_sessions);
    RETURN;
  END IF;
  what := CASE
    WHEN begins THEN 'reopened'
    WHEN known.severity = 'warning' AND finding.severity = 'critical'
      THEN 'escalated'
  END;
  IF incident <> known.incident_id THEN
    INSERT INTO past_alert SELECT known.*;
  END IF;
  UPDATE alert SET severity = finding.severity,
    state = CASE what WHEN 'reopened' THEN 'reopened'
      WHEN 'escalated' THEN 'open' ELSE state END,
    first_day = CASE what WHEN 'reopened' THEN finding.first_day
      ELSE least(first_day, finding.first_day) END,
    last_day = finding.last_day, failed_sessions = finding.failed_sessions,
    withheld_sessions = finding.withheld_sessions,
    all_sessions = finding.all_sessions, reporters = finding.reporters,
    signers = finding.signers,
    opened_at = CASE what WHEN 'reopened' THEN clock_timestamp()
      ELSE opened_at END,
    acknowledged_at = CASE WHEN what IS NULL THEN acknowledged_at END,
    acknowledged_by = CASE WHEN what IS NULL THEN acknowledged_by END,
    resolved_at = NULL, ending = NULL, signer = counts_for,
    incident_id = incident,
    unauthenticated_sessions = finding.unauthenticated_sessions
  WHERE alert_id = id;
END
$$;

-- Writes down what most of the failures that these alerts are about have in
-- common, by the last day of each: the first five reason codes and ten addresses.
-- A report may have any number of failures: some of them say enough. All at
-- once, because to plan this takes longer than to run it. OFFSET has the
-- rest looked up for each policy: of a day without statistics the planner would
-- compare all with all.
CREATE OR REPLACE FUNCTION describe_alerts(ids integer[]) RETURNS void
LANGUAGE sql
AS $$
  UPDATE alert SET reason_codes = codes, receiving_ips = ips
  FROM (
    SELECT a.alert_id, details.codes, details.ips
    FROM alert AS a
    JOIN alert_rule AS r ON r.name = a.rule
    CROSS JOIN LATERAL (
      WITH failures AS MATERIALIZED (
        SELECT one_line(f.failure_reason_code) AS code,
          host(f.receiving_ip) AS ip, f.failed_sessions
        FROM policy AS p
        CROSS JOIN LATERAL (
          SELECT auth_domain FROM report
          WHERE report.day = p.day AND report.report_key = p.report_key
          OFFSET 0
        ) AS of_policy
        CROSS JOIN LATERAL (
          SELECT cause, receiving_mx_hostname, failure_reason_code,
            receiving_ip, failed_sessions
          FROM policy_failure
          WHERE policy_failure.day = p.day
            AND policy_failure.report_key = p.report_key
            AND policy_failure.policy_no = p.policy_no
          OFFSET 0
        ) AS f
        CROSS JOIN believed_signer(auth_domain, r.unauthenticated)
        WHERE p.policy_domain = a.policy_domain AND p.day = a.last_day
          AND f.cause = a.result_type
          AND coalesce(f.receiving_mx_hostname, '') = a.receiving_mx_hostname
        LIMIT 1000
      )
      SELECT ARRAY(SELECT code FROM failures WHERE code <> ''
          GROUP BY code ORDER BY sum(failed_sessions) DESC, code LIMIT 5)
          AS codes,
        ARRAY(SELECT ip FROM failures WHERE ip IS NOT NULL
          GROUP BY ip ORDER BY sum(failed_sessions) DESC, ip LIMIT 10) AS ips
    ) AS details
    WHERE a.alert_id = ANY (ids)
      AND a.result_type NOT IN ('failure-share', 'no-reports')
  ) AS described
  WHERE alert.alert_id = described.alert_id
    AND (reason_codes, receiving_ips) IS DISTINCT FROM (codes, ips)
$$;

-- The last day on which those who reported it have seen that it is over; NULL
-- when they have only stopped to speak of it.
CREATE OR REPLACE FUNCTION alert_seen_well(known alert) RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT max(day)
  FROM alert_rule AS r, believed_domain(r.unauthenticated) AS d
  WHERE name = known.rule AND policy_domain = known.policy_domain
    AND CASE known.result_type
      WHEN 'failure-share' THEN day > today() - 14
      WHEN 'no-reports' THEN day >= known.first_day
        AND organization_name = known.organization_name
      ELSE day > known.last_day AND d.sessions > 0
        AND EXISTS (SELECT FROM unnest(known.reporters, known.signers)
            AS of_alert (reporter, signed_by)
          WHERE reporter = organization_name
            AND coalesce(signed_by, auth_domain) = auth_domain)
    END
$$;

-- Whether a fault has only become another one, which its rule has found.
CREATE OR REPLACE FUNCTION has_got_worse(known alert) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (
    SELECT FROM alert_found_probes(ARRAY[known.policy_domain], known.rule)
      AS found
    WHERE (known.result_type, found.result_type) IN (
        ('mx-certificate-soon', 'mx-certificate-expired'),
        ('mx-certificate-soon', 'mx-certificate-not-loaded'),
        ('tlsa-mismatch-soon', 'tlsa-mismatch'),
        ('sts-policy-without-record', 'sts-missing'))
      AND found.receiving_mx_hostname = known.receiving_mx_hostname)
$$;

-- The day of the last look at the domain, if that does not show it.
CREATE OR REPLACE FUNCTION alert_looks_well(known alert) RETURNS date
LANGUAGE sql STABLE
AS $$
  SELECT (looked_at AT TIME ZONE 'UTC')::date FROM watched
  WHERE policy_domain = known.policy_domain
    AND looked_at > now() - watch_lasts()
    AND NOT EXISTS (SELECT FROM failures_seen(ARRAY[known.policy_domain])
      WHERE cause = known.result_type AND host = known.receiving_mx_hostname)
$$;

-- Resolves what is no longer found. Because of a changed rule nothing is over,
-- nor where it was followed by worse, and nobody is told. Returns what has
-- become of it. With what is doubted only that is over, unless believed
-- reporters have seen that it is.
CREATE OR REPLACE FUNCTION resolve_alert(known alert) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  of_probe boolean := known.rule IN (SELECT name FROM alert_rule
    WHERE kind = 'probe');
  doubted boolean := known.unauthenticated_sessions > 0;
  seen_well date := CASE WHEN NOT of_probe THEN alert_seen_well(known) END;
  well date := coalesce(seen_well,
    CASE WHEN of_probe OR doubted THEN alert_looks_well(known) END);
  over boolean := EXISTS (SELECT FROM alert_rule
    WHERE name = known.rule AND enabled
      AND matches_pattern(policy_domains, known.policy_domain)
      AND (kind NOT IN ('failure', 'probe')
        OR matches_pattern(result_types, known.result_type)));
  what text := CASE WHEN NOT over OR has_got_worse(known) THEN NULL
    WHEN well IS NULL THEN 'expired' ELSE 'resolved' END;
BEGIN
  UPDATE alert SET state = 'resolved', resolved_at = clock_timestamp(),
    ending = what,
    cleared_day = CASE WHEN over AND doubted
        THEN greatest(cleared_day, seen_well)
      WHEN over THEN greatest(last_day + 1,
        CASE WHEN known.result_type <> 'failure-share' THEN well END)
      ELSE cleared_day END,
    unauthenticated_cleared_day = CASE WHEN over AND doubted
      THEN last_day + 1 ELSE unauthenticated_cleared_day END
  WHERE alert_id = known.alert_id;
  RETURN what;
END
$$;

-- With each day that begins, alerts may have become too old, and reporters
-- been silent for long enough, whoever else reports in their name: looked for a
-- part at a time, and again a week later because their last report may have
-- been late. True when there is more.
CREATE OR REPLACE FUNCTION wind_alert_clock(corroborate boolean)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
  now_at alert_clock;
  reached text;
  everybody boolean := everybody_is_believed();
BEGIN
  SELECT greatest(day, today() - 7), policy_domain INTO now_at
  FROM alert_clock;
  IF now_at.day >= today() OR history_comes_in() THEN
    RETURN false;
  END IF;
  IF now_at.policy_domain = '' THEN
    -- What was reported of days that begin now counts from now on.
    INSERT INTO alert_pending (policy_domain)
    SELECT policy_domain FROM alert WHERE state <> 'resolved'
    UNION
    SELECT policy_domain FROM believed_domain(everybody)
    WHERE day > now_at.day AND failed_sessions > 0
    UNION
    SELECT policy_domain
    FROM (SELECT DISTINCT policy_domain FROM believed_domain(corroborate)
      WHERE corroborate AND day > now_at.day AND failed_sessions > 0) AS doubted
    WHERE within_sight(policy_domain);
  END IF;

  WITH candidate AS (
    SELECT now_at.day - 1 - days - later AS day
    FROM alert_rules(NULL, 'silence'), unnest('{0,7}'::integer[]) AS later
  ), reported AS (
    SELECT DISTINCT policy_domain
    FROM believed_domain(everybody)
    WHERE day IN (SELECT day FROM candidate)
      AND policy_domain > now_at.policy_domain
    ORDER BY policy_domain LIMIT 10000
  ), pending AS (
    INSERT INTO alert_pending (policy_domain)
    SELECT policy_domain FROM reported
    WHERE EXISTS (
      SELECT FROM believed_domain(everybody) AS last
      WHERE last.policy_domain = reported.policy_domain
        AND last.day IN (SELECT day FROM candidate)
        AND NOT EXISTS (SELECT FROM believed_domain(true) AS later
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
-- opens, updates and resolves their alerts. After 1000 findings it leaves the
-- other domains for the next call. `events` is what became of alerts, -1 while
-- somebody else is at it; `more` says that there may be more to do; `crowded`
-- is a signer of whom so many alerts are open that others were not opened. With
-- `corroborate`, reports that no rule believes count where something
-- corroborates them.
CREATE OR REPLACE FUNCTION evaluate_alerts(
  batch integer DEFAULT 200, corroborate boolean DEFAULT false,
  OUT events integer, OUT more boolean, OUT crowded text
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  domains text[];
  found alert_finding;
  raised record;
  found_ids integer[] := '{}';
  findings integer := 0;
  in_hand text;
BEGIN
  events := -1;
  more := false;
  IF NOT take_job('alerts') THEN
    RETURN;
  END IF;
  events := 0;
  more := wind_alert_clock(corroborate);
  domains := ARRAY(SELECT DISTINCT policy_domain FROM alert_pending
    ORDER BY policy_domain LIMIT batch);
  IF cardinality(domains) = 0 THEN
    RETURN;
  END IF;
  more := more OR cardinality(domains) = batch;
  DELETE FROM alert_pending WHERE policy_domain = ANY (domains);

  FOR found IN SELECT * FROM alert_found(domains, NULL, corroborate)
    ORDER BY policy_domain, severity, rule, result_type, receiving_mx_hostname
  LOOP
    IF findings >= 1000 AND found.policy_domain <> in_hand THEN
      INSERT INTO alert_pending (policy_domain)
      SELECT name FROM unnest(domains) AS name
      WHERE name >= found.policy_domain;
      domains := ARRAY(SELECT name FROM unnest(domains) AS name
        WHERE name < found.policy_domain);
      more := true;
      EXIT;
    END IF;
    findings := findings + 1;
    in_hand := found.policy_domain;
    SELECT * INTO raised FROM raise_alert(found);
    IF raised.id IS NULL THEN
      crowded := (SELECT min(signer)
        FROM believed_signer(found.signers[1], true));
    ELSE
      found_ids := found_ids || raised.id;
    END IF;
    IF raised.what IS NOT NULL THEN
      events := events + 1;
    END IF;
  END LOOP;
  PERFORM describe_alerts(found_ids);
  events := events + (SELECT count(resolve_alert(alert)) FROM alert
    WHERE policy_domain = ANY (domains) AND state <> 'resolved'
      AND alert_id <> ALL (found_ids));
END
$$;

-- Goes on without the first of these domains, when its alerts cannot be
-- evaluated in the time there is: until something new is known about it.
-- Returns its name; NULL when there is none or somebody else is at it.
CREATE OR REPLACE FUNCTION skip_alerts() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
DECLARE
  skipped text;
BEGIN
  IF take_job('alerts') THEN
    skipped := (SELECT min(policy_domain) FROM alert_pending);
    DELETE FROM alert_pending WHERE policy_domain = skipped;
  END IF;
  RETURN skipped;
END
$$;

-- All that a changed rule could be about. It is looked at again, of old alerts
-- too.
CREATE OR REPLACE FUNCTION review_alerts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  INSERT INTO alert_pending (policy_domain)
  SELECT policy_domain
  FROM everybody_is_believed() AS everybody, believed_domain(everybody)
  WHERE day > today() - 60
  UNION
  SELECT policy_domain FROM alert WHERE state <> 'resolved'
$$;

-- Acknowledges an alert, or all of an incident. False when there is neither, or
-- nothing to acknowledge about it.
CREATE OR REPLACE FUNCTION acknowledge_alert(id integer, who text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  UPDATE alert SET state = 'acknowledged',
    acknowledged_at = clock_timestamp(), acknowledged_by = left(who, 255)
  WHERE (alert_id = id OR incident_id = id) AND state IN ('open', 'reopened');
  RETURN FOUND;
END
$$;

-- The same of all that are about an MX host, a result type, or both; NULL is
-- any. Returns their numbers.
CREATE OR REPLACE FUNCTION acknowledge_incidents(
  host text, of_type text, who text
) RETURNS SETOF integer
LANGUAGE sql SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  UPDATE alert SET state = 'acknowledged',
    acknowledged_at = clock_timestamp(), acknowledged_by = left(who, 255)
  WHERE state IN ('open', 'reopened')
    AND (host IS NULL OR receiving_mx_hostname = host)
    AND (of_type IS NULL OR result_type = of_type)
  RETURNING alert_id
$$;
