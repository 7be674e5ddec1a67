-- SPDX-License-Identifier: BSD-2-Clause
-- Sums by day, made of what has come in.

-- What the reports in the outbox will add to the roll-ups: read by the views
-- that have to be exact before. LIMIT and OFFSET have the rest looked up for
-- each of them, whatever the planner thinks: mostly there are few, and the other
-- ways to join so many partitions take it longer to weigh than this one takes to
-- go. Nobody reads `taken`, but a view keeps its columns.
CREATE OR REPLACE VIEW outbox_report AS
SELECT waiting.day, waiting.report_key, report.auth_domain,
  report.organization_name, waiting.has_failures, report.received_at,
  false AS taken, report.remarks, report.period_end
FROM outbox AS waiting
CROSS JOIN LATERAL (
  SELECT auth_domain, organization_name, received_at,
    extra -> 'remarks' AS remarks, period_end
  FROM report
  WHERE report.day = waiting.day AND report.report_key = waiting.report_key
  LIMIT 1
) AS report;

-- Whether there are any: to plan the rest takes longer than to look.
CREATE OR REPLACE FUNCTION anything_waits() RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (SELECT 1 FROM outbox)
$$;

CREATE OR REPLACE VIEW outbox_policy AS
SELECT r.day, r.report_key, p.policy_domain, r.auth_domain,
  r.organization_name, p.policy_type, p.successful_sessions,
  p.failed_sessions, r.has_failures, r.taken,
  coalesce(p.sts_mode, '') AS sts_mode
FROM outbox_report AS r
CROSS JOIN LATERAL (
  SELECT policy_domain, policy_type, sts_mode, successful_sessions,
    failed_sessions
  FROM policy
  WHERE policy.day = r.day AND policy.report_key = r.report_key
  OFFSET 0
) AS p;

-- Where a reporter lists the same sessions with a domain under tlsa and under
-- sts, the larger count is the truth; anything else adds up. Each may be NULL.
-- parser/report.c does the same.
CREATE OR REPLACE FUNCTION count_sessions(tlsa numeric, sts numeric,
  other numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT greatest(tlsa, sts, 0) + coalesce(other, 0)
$$;

CREATE OR REPLACE VIEW outbox_domain AS
SELECT day, report_key, policy_domain, auth_domain, organization_name,
  count_sessions(
    sum(successful_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(successful_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(successful_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS successful_sessions,
  count_sessions(
    sum(failed_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(failed_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(failed_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS failed_sessions, taken
FROM outbox_policy
GROUP BY day, report_key, policy_domain, auth_domain, organization_name, taken;

-- The same for what fold() has in hand, and for every report that is kept.
CREATE OR REPLACE VIEW folding_domain AS
SELECT day, report_key, policy_domain, auth_domain, organization_name,
  count_sessions(
    sum(successful_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(successful_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(successful_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS successful_sessions,
  count_sessions(
    sum(failed_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(failed_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(failed_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS failed_sessions
FROM folding_policy
GROUP BY day, report_key, policy_domain, auth_domain, organization_name;

CREATE OR REPLACE VIEW report_domain AS
SELECT day, report_key, policy_domain, count(*) AS policies,
  count_sessions(
    sum(successful_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(successful_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(successful_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS successful_sessions,
  count_sessions(
    sum(failed_sessions) FILTER (WHERE policy_type = 'tlsa'),
    sum(failed_sessions) FILTER (WHERE policy_type = 'sts'),
    sum(failed_sessions) FILTER (
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS failed_sessions
FROM policy
GROUP BY day, report_key, policy_domain;

CREATE OR REPLACE VIEW outbox_failure AS
SELECT r.day, r.report_key, f.policy_domain, r.auth_domain,
  r.organization_name, f.result_type,
  coalesce(f.receiving_mx_hostname, '') AS receiving_mx_hostname,
  f.failed_sessions, f.cause, f.withheld_sessions, r.taken,
  CASE WHEN f.sts_mode = 'testing'
      AND withholds_mail(f.policy_type, 'enforce', f.cause)
    THEN f.failed_sessions ELSE 0 END AS would_withhold_sessions
FROM outbox_report AS r
CROSS JOIN LATERAL (
  SELECT policy_domain, policy_type, sts_mode, result_type,
    receiving_mx_hostname, failed_sessions, cause, withheld_sessions
  FROM policy_failure
  WHERE policy_failure.day = r.day AND policy_failure.report_key = r.report_key
  OFFSET 0
) AS f
WHERE r.has_failures;

-- The order in which reports are added to the roll-ups, for whoever reads them
-- without parallel workers, which would take both halves at once.
CREATE OR REPLACE VIEW outbox_queue AS
SELECT ctid AS place, day, report_key, size, not_before
FROM outbox WHERE trusted
UNION ALL
SELECT ctid, day, report_key, size, not_before
FROM outbox WHERE NOT trusted;

-- Copies what fold() is about to add. These reports are of these days: as
-- constants in a plan they leave out all other partitions.
CREATE OR REPLACE FUNCTION take_in_hand(
  places tid[], keys uuid[], days date[]
) RETURNS void
LANGUAGE plpgsql SET search_path = tlsrpt, pg_temp
AS $$
BEGIN
  INSERT INTO folding (day, report_key, has_failures, auth_domain,
    organization_name, received_at, remarks, period_end)
  SELECT waiting.day, waiting.report_key, has_failures, auth_domain,
    organization_name, received_at, remarks, period_end
  FROM (
    SELECT day, report_key, has_failures FROM outbox
    WHERE ctid = ANY (places) AND report_key = ANY (keys)
  ) AS waiting
  CROSS JOIN LATERAL (
    SELECT auth_domain, organization_name, received_at,
      extra -> 'remarks' AS remarks, period_end
    FROM report
    WHERE report.day = waiting.day AND report.report_key = waiting.report_key
      AND report.day = ANY (days)
    LIMIT 1
  ) AS report;

  INSERT INTO folding_policy (day, report_key, policy_domain, auth_domain,
    organization_name, policy_type, successful_sessions, failed_sessions,
    has_failures, sts_mode)
  SELECT r.day, r.report_key, policy_domain, auth_domain, organization_name,
    policy_type, successful_sessions, failed_sessions, has_failures,
    coalesce(sts_mode, '')
  FROM folding AS r
  CROSS JOIN LATERAL (
    SELECT policy_domain, policy_type, sts_mode, successful_sessions,
      failed_sessions
    FROM policy
    WHERE policy.day = r.day AND policy.report_key = r.report_key
      AND policy.day = ANY (days)
    OFFSET 0
  ) AS p;

  INSERT INTO folding_failure (day, report_key, policy_domain, auth_domain,
    organization_name, result_type, receiving_mx_hostname, failed_sessions,
    cause, withheld_sessions, would_withhold_sessions)
  SELECT r.day, r.report_key, policy_domain, auth_domain, organization_name,
    result_type, coalesce(receiving_mx_hostname, ''), failed_sessions, cause,
    withheld_sessions,
    CASE WHEN sts_mode = 'testing'
        AND withholds_mail(policy_type, 'enforce', cause)
      THEN failed_sessions ELSE 0 END
  FROM folding AS r
  CROSS JOIN LATERAL (
    SELECT policy_domain, policy_type, sts_mode, result_type,
      receiving_mx_hostname, failed_sessions, cause, withheld_sessions
    FROM policy_failure
    WHERE policy_failure.day = r.day
      AND policy_failure.report_key = r.report_key
      AND policy_failure.day = ANY (days)
    OFFSET 0
  ) AS f
  WHERE has_failures;
END
$$;

-- Moves reports from the outbox into the roll-ups, up to `most` rows of them,
-- but one report at least: `reports` is how many, -1 while somebody else is at
-- it; `more` says that others wait. With `before`, only those of earlier days,
-- whether they were put off or not. With `corroborate`, reports that no rule
-- believes may open alerts, if something else shows the same.
--
-- A row is reached by its place, as there is no index; the key tells it from
-- those on other nodes where the outbox is spread over several. Compiling a plan
-- over so many partitions takes longer than running it. Sums are written in
-- order, so that those of a domain lie together.
CREATE OR REPLACE FUNCTION fold(
  most integer DEFAULT 40000, before date DEFAULT NULL,
  corroborate boolean DEFAULT false, OUT reports integer, OUT more boolean
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
SET synchronize_seqscans = off SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  places tid[];
  keys uuid[];
  days date[];
  doubted text[];
  names text[];
  domains text[];
  everybody boolean := everybody_is_believed();
BEGIN
  reports := -1;
  more := false;
  IF NOT take_job('fold') THEN
    RETURN;
  END IF;
  SELECT array_agg(place) FILTER (WHERE fits),
    array_agg(report_key) FILTER (WHERE fits),
    array_agg(DISTINCT day) FILTER (WHERE fits),
    count(*) = most OR NOT bool_and(fits)
  INTO places, keys, days, more
  FROM (
    SELECT place, day, report_key, total <= most OR total = size AS fits
    FROM (
      SELECT place, day, report_key, size,
        sum(size) OVER (ROWS UNBOUNDED PRECEDING) AS total
      FROM (
        SELECT place, day, report_key, size
        FROM outbox_queue
        WHERE CASE WHEN before IS NULL
          THEN coalesce(not_before <= now(), true) ELSE day < before END
        LIMIT most
      ) AS first
    ) AS summed
  ) AS measured;
  IF places IS NULL THEN
    reports := 0;
    more := false;
    RETURN;
  END IF;
  PERFORM take_in_hand(places, keys, days);
  SELECT array_agg(DISTINCT policy_domain),
    array_agg(DISTINCT policy_domain) FILTER (WHERE policy_type <> 'tlsa')
  INTO names, domains
  FROM folding_policy;
  PERFORM note_news(names, domains);

  WITH added AS MATERIALIZED (
    SELECT day, policy_domain, auth_domain, organization_name,
      count(*) AS reports, sum(successful_sessions) AS successful_sessions,
      sum(failed_sessions) AS failed_sessions
    FROM folding_domain
    GROUP BY day, policy_domain, auth_domain, organization_name
    ORDER BY day, policy_domain
  ), by_reporter AS (
    INSERT INTO daily_reporter_sum AS d (day, auth_domain, organization_name,
      reports, successful_sessions, failed_sessions)
    SELECT day, auth_domain, organization_name, sum(added.reports),
      sum(successful_sessions), sum(failed_sessions)
    FROM added
    GROUP BY day, auth_domain, organization_name
    ORDER BY day, auth_domain, organization_name
    ON CONFLICT (day, auth_domain, organization_name) DO UPDATE
    SET reports = d.reports + excluded.reports,
      successful_sessions =
        d.successful_sessions + excluded.successful_sessions,
      failed_sessions = d.failed_sessions + excluded.failed_sessions
  ), by_domain AS (
    INSERT INTO daily_domain_sum AS d (day, policy_domain, authenticated,
      reports, successful_sessions, failed_sessions)
    SELECT day, policy_domain, auth_domain <> '', sum(added.reports),
      sum(successful_sessions), sum(failed_sessions)
    FROM added
    GROUP BY day, policy_domain, auth_domain <> ''
    ORDER BY day, policy_domain
    ON CONFLICT (day, policy_domain, authenticated) DO UPDATE
    SET reports = d.reports + excluded.reports,
      successful_sessions =
        d.successful_sessions + excluded.successful_sessions,
      failed_sessions = d.failed_sessions + excluded.failed_sessions
  ), by_week AS (
    INSERT INTO weekly_domain_sum AS d (day, policy_domain, authenticated,
      reports, successful_sessions, failed_sessions, first_day, last_day)
    SELECT week_of(day) AS week, policy_domain, auth_domain <> '',
      sum(added.reports), sum(successful_sessions), sum(failed_sessions),
      min(day), max(day)
    FROM added
    GROUP BY week, policy_domain, auth_domain <> ''
    ORDER BY week, policy_domain
    ON CONFLICT (day, policy_domain, authenticated) DO UPDATE
    SET reports = d.reports + excluded.reports,
      successful_sessions =
        d.successful_sessions + excluded.successful_sessions,
      failed_sessions = d.failed_sessions + excluded.failed_sessions,
      first_day = least(d.first_day, excluded.first_day),
      last_day = greatest(d.last_day, excluded.last_day)
  ), by_pair AS (
    INSERT INTO domain_reporter AS d (policy_domain, auth_domain,
      organization_name, last_day)
    SELECT policy_domain, auth_domain, organization_name, max(day)
    FROM added
    GROUP BY policy_domain, auth_domain, organization_name
    HAVING NOT EXISTS (
      SELECT FROM domain_reporter AS known
      WHERE (known.policy_domain, known.auth_domain, known.organization_name)
          = (added.policy_domain, added.auth_domain, added.organization_name)
        AND known.last_day >= max(added.day))
    ORDER BY policy_domain
    ON CONFLICT (policy_domain, auth_domain, organization_name) DO UPDATE
    SET last_day = excluded.last_day
  )
  INSERT INTO daily_domain AS d (day, policy_domain, auth_domain,
    organization_name, reports, successful_sessions, failed_sessions)
  SELECT * FROM added
  ON CONFLICT (day, policy_domain, auth_domain, organization_name) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  WITH added AS MATERIALIZED (
    SELECT day, policy_domain, auth_domain, organization_name, policy_type,
      sts_mode, count(DISTINCT report_key) AS reports,
      sum(successful_sessions) AS successful_sessions,
      sum(failed_sessions) AS failed_sessions
    FROM folding_policy
    GROUP BY day, policy_domain, auth_domain, organization_name, policy_type,
      sts_mode
    ORDER BY day, policy_domain
  ), by_reporter AS (
    INSERT INTO daily_policy_sum AS d (day, auth_domain, organization_name,
      policy_type, sts_mode, reports, successful_sessions, failed_sessions)
    SELECT day, auth_domain, organization_name, policy_type, sts_mode,
      sum(added.reports), sum(successful_sessions), sum(failed_sessions)
    FROM added
    GROUP BY day, auth_domain, organization_name, policy_type, sts_mode
    ORDER BY day, auth_domain, organization_name, policy_type, sts_mode
    ON CONFLICT (day, auth_domain, organization_name, policy_type, sts_mode)
    DO UPDATE
    SET reports = d.reports + excluded.reports,
      successful_sessions =
        d.successful_sessions + excluded.successful_sessions,
      failed_sessions = d.failed_sessions + excluded.failed_sessions
  ), by_week AS (
    INSERT INTO weekly_policy_sum AS d (day, policy_domain, authenticated,
      policy_type, sts_mode, successful_sessions, failed_sessions, first_day,
      last_day)
    SELECT week_of(day) AS week, policy_domain, auth_domain <> '',
      policy_type, sts_mode, sum(successful_sessions), sum(failed_sessions),
      min(day), max(day)
    FROM added
    GROUP BY week, policy_domain, auth_domain <> '', policy_type, sts_mode
    ORDER BY week, policy_domain
    ON CONFLICT (day, policy_domain, authenticated, policy_type, sts_mode)
    DO UPDATE
    SET successful_sessions =
        d.successful_sessions + excluded.successful_sessions,
      failed_sessions = d.failed_sessions + excluded.failed_sessions,
      first_day = least(d.first_day, excluded.first_day),
      last_day = greatest(d.last_day, excluded.last_day)
  ), by_pair AS (
    INSERT INTO domain_policy AS d (policy_domain, policy_type, sts_mode,
      auth_domain, organization_name, last_day)
    SELECT policy_domain, policy_type, sts_mode, auth_domain,
      organization_name, max(day)
    FROM added
    GROUP BY policy_domain, policy_type, sts_mode, auth_domain,
      organization_name
    HAVING NOT EXISTS (
      SELECT FROM domain_policy AS known
      WHERE (known.policy_domain, known.policy_type, known.sts_mode,
          known.auth_domain, known.organization_name)
        = (added.policy_domain, added.policy_type, added.sts_mode,
          added.auth_domain, added.organization_name)
        AND known.last_day >= max(added.day))
    ORDER BY policy_domain
    ON CONFLICT (policy_domain, policy_type, sts_mode, auth_domain,
      organization_name) DO UPDATE
    SET last_day = excluded.last_day
  )
  INSERT INTO daily_policy AS d (day, policy_domain, auth_domain,
    organization_name, policy_type, sts_mode, reports, successful_sessions,
    failed_sessions)
  SELECT * FROM added
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    policy_type, sts_mode) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  WITH added AS MATERIALIZED (
    SELECT day, policy_domain, auth_domain, organization_name, result_type,
      receiving_mx_hostname, cause, sum(failed_sessions) AS failed_sessions,
      sum(withheld_sessions) AS withheld_sessions,
      sum(would_withhold_sessions) AS would_withhold_sessions
    FROM folding_failure
    GROUP BY day, policy_domain, auth_domain, organization_name, result_type,
      receiving_mx_hostname, cause
    ORDER BY day, policy_domain
  ), by_type AS (
    INSERT INTO daily_type_sum AS d (day, auth_domain, organization_name,
      result_type, failed_sessions, withheld_sessions, would_withhold_sessions)
    SELECT day, auth_domain, organization_name, result_type,
      sum(failed_sessions), sum(withheld_sessions),
      sum(would_withhold_sessions)
    FROM added
    GROUP BY day, auth_domain, organization_name, result_type
    ORDER BY day, auth_domain, organization_name, result_type
    ON CONFLICT (day, auth_domain, organization_name, result_type) DO UPDATE
    SET failed_sessions = d.failed_sessions + excluded.failed_sessions,
      withheld_sessions = d.withheld_sessions + excluded.withheld_sessions,
      would_withhold_sessions =
        d.would_withhold_sessions + excluded.would_withhold_sessions
  ), by_domain AS (
    UPDATE daily_domain_sum AS d
    SET withheld_sessions = d.withheld_sessions + withheld,
      would_withhold_sessions = d.would_withhold_sessions + would_withhold
    FROM (
      SELECT day, policy_domain, auth_domain <> '' AS authenticated,
        sum(withheld_sessions) AS withheld,
        sum(would_withhold_sessions) AS would_withhold
      FROM added
      GROUP BY day, policy_domain, auth_domain <> ''
    ) AS f
    WHERE (d.day, d.policy_domain, d.authenticated)
        = (f.day, f.policy_domain, f.authenticated)
      AND withheld + would_withhold > 0
  ), by_domain_and_week AS (
    UPDATE weekly_domain_sum AS d
    SET withheld_sessions = d.withheld_sessions + withheld,
      would_withhold_sessions = d.would_withhold_sessions + would_withhold
    FROM (
      SELECT week_of(day) AS week, policy_domain,
        auth_domain <> '' AS authenticated, sum(withheld_sessions) AS withheld,
        sum(would_withhold_sessions) AS would_withhold
      FROM added
      GROUP BY week, policy_domain, auth_domain <> ''
    ) AS f
    WHERE (d.day, d.policy_domain, d.authenticated)
        = (week, f.policy_domain, f.authenticated)
      AND withheld + would_withhold > 0
  ), by_week AS (
    INSERT INTO weekly_failure_sum AS d (day, policy_domain, authenticated,
      result_type, receiving_mx_hostname, failed_sessions, first_day, last_day)
    SELECT week_of(day) AS week, policy_domain, auth_domain <> '',
      result_type, receiving_mx_hostname, sum(failed_sessions), min(day),
      max(day)
    FROM added
    GROUP BY week, policy_domain, auth_domain <> '', result_type,
      receiving_mx_hostname
    ORDER BY week, policy_domain
    ON CONFLICT (day, policy_domain, authenticated, result_type,
      receiving_mx_hostname) DO UPDATE
    SET failed_sessions = d.failed_sessions + excluded.failed_sessions,
      first_day = least(d.first_day, excluded.first_day),
      last_day = greatest(d.last_day, excluded.last_day)
  )
  INSERT INTO daily_failure AS d (day, policy_domain, auth_domain,
    organization_name, result_type, receiving_mx_hostname, cause,
    failed_sessions, withheld_sessions, would_withhold_sessions)
  SELECT * FROM added
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    result_type, receiving_mx_hostname, cause) DO UPDATE
  SET failed_sessions = d.failed_sessions + excluded.failed_sessions,
    withheld_sessions = d.withheld_sessions + excluded.withheld_sessions,
    would_withhold_sessions =
      d.would_withhold_sessions + excluded.would_withhold_sessions;

  INSERT INTO daily_reporter AS d (day, auth_domain, organization_name, reports,
    reports_with_remarks, received_at)
  SELECT day, auth_domain, organization_name, count(*), count(remarks),
    max(received_at)
  FROM folding
  GROUP BY day, auth_domain, organization_name
  ORDER BY day, auth_domain, organization_name
  ON CONFLICT (day, auth_domain, organization_name) DO UPDATE
  SET reports = d.reports + excluded.reports,
    reports_with_remarks =
      d.reports_with_remarks + excluded.reports_with_remarks,
    received_at = greatest(d.received_at, excluded.received_at);

  -- Not those that an archive had, which came long before: see 0016-loops.sql.
  INSERT INTO daily_received AS d (day, auth_domain, organization_name, reports)
  SELECT (received_at AT TIME ZONE 'UTC')::date AS received_day, auth_domain,
    organization_name, count(*)
  FROM folding
  WHERE received_at < period_end + interval '3 days'
  GROUP BY received_day, auth_domain, organization_name
  ORDER BY received_day, auth_domain, organization_name
  ON CONFLICT (day, auth_domain, organization_name) DO UPDATE
  SET reports = d.reports + excluded.reports;

  INSERT INTO daily_remark AS d (day, auth_domain, organization_name, digest,
    remark, occurrences)
  SELECT day, auth_domain, organization_name,
    sha256(convert_to(remark, 'UTF8')) AS digest, remark, count(*)
  FROM folding, jsonb_array_elements_text(remarks) AS remark
  GROUP BY day, auth_domain, organization_name, remark
  ORDER BY day, auth_domain, organization_name, digest
  ON CONFLICT (day, auth_domain, organization_name, digest) DO UPDATE
  SET occurrences = d.occurrences + excluded.occurrences;

  -- Alerts are evaluated right behind, so that a rule can never hold up sums.
  -- What is looked up elsewhere is for each pair, not each policy.
  WITH touched AS MATERIALIZED (
    SELECT policy_domain, auth_domain,
      bool_or(has_failures OR failed_sessions > 0) AS fails
    FROM folding_policy
    GROUP BY policy_domain, auth_domain
  )
  INSERT INTO alert_pending (policy_domain)
  SELECT DISTINCT policy_domain
  FROM touched, believed_signer(auth_domain, everybody)
  WHERE fails OR EXISTS (SELECT 1 FROM alert
    WHERE alert.policy_domain = touched.policy_domain
      AND state <> 'resolved');
  IF corroborate THEN
    WITH failing AS MATERIALIZED (
      SELECT DISTINCT policy_domain, auth_domain
      FROM folding_policy
      WHERE has_failures OR failed_sessions > 0
    )
    SELECT array_agg(DISTINCT policy_domain) INTO doubted
    FROM failing
    WHERE NOT EXISTS (SELECT 1 FROM believed_signer(auth_domain, false));
    PERFORM note_doubted(coalesce(doubted, '{}'));
  END IF;

  DELETE FROM folding;
  DELETE FROM folding_policy;
  DELETE FROM folding_failure;
  DELETE FROM outbox
  WHERE ctid = ANY (places) AND report_key = ANY (keys);
  GET DIAGNOSTICS reports = ROW_COUNT;
  UPDATE job SET done_at = clock_timestamp() WHERE name = 'fold';
END
$$;

-- Has fold() go on with the others for an hour when it cannot add the first
-- report in the time there is. Returns which one that is; NULL when there is
-- none or somebody else is at it.
CREATE OR REPLACE FUNCTION put_off_report(OUT day date, OUT report_key uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET synchronize_seqscans = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  place tid;
BEGIN
  IF NOT take_job('fold') THEN
    RETURN;
  END IF;
  SELECT first.place, first.day, first.report_key INTO place, day, report_key
  FROM outbox_queue AS first
  WHERE coalesce(not_before <= now(), true)
  LIMIT 1;
  UPDATE outbox AS waiting SET not_before = now() + interval '1 hour'
  WHERE ctid = place AND waiting.report_key = put_off_report.report_key;
END
$$;
