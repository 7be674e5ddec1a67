-- SPDX-License-Identifier: BSD-2-Clause
-- Sums by day, made of what has come in.

-- What the reports in the outbox will add to the roll-ups: read by fold(), and
-- by the views that have to be exact before it ran. LIMIT and OFFSET have the
-- rest looked up for each of them, whatever the planner thinks: mostly there are
-- few, and the other ways to join so many partitions take it longer to weigh
-- than this one takes to go.
CREATE OR REPLACE VIEW outbox_report AS
SELECT outbox.day, outbox.report_key, report.auth_domain,
  report.organization_name, outbox.has_failures, report.received_at
FROM outbox
CROSS JOIN LATERAL (
  SELECT auth_domain, organization_name, received_at
  FROM report
  WHERE report.day = outbox.day AND report.report_key = outbox.report_key
  LIMIT 1
) AS report;

CREATE OR REPLACE VIEW outbox_policy AS
SELECT r.day, r.report_key, p.policy_domain, r.auth_domain,
  r.organization_name, p.policy_type, p.successful_sessions,
  p.failed_sessions, r.has_failures
FROM outbox_report AS r
CROSS JOIN LATERAL (
  SELECT policy_domain, policy_type, successful_sessions, failed_sessions
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
      WHERE policy_type NOT IN ('tlsa', 'sts'))) AS failed_sessions
FROM outbox_policy
GROUP BY day, report_key, policy_domain, auth_domain, organization_name;

-- The same for every report that is kept.
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
  f.failed_sessions, f.cause, f.withheld_sessions
FROM outbox_report AS r
CROSS JOIN LATERAL (
  SELECT policy_domain, result_type, receiving_mx_hostname, failed_sessions,
    cause, withheld_sessions
  FROM policy_failure
  WHERE policy_failure.day = r.day AND policy_failure.report_key = r.report_key
  OFFSET 0
) AS f
WHERE r.has_failures;

-- Moves up to `batch` reports from the outbox into the roll-ups; returns how
-- many, or -1 while somebody else is at it. A long list of keys is looked up by
-- hash only where the planner sees it as a constant. Compiling a plan over so
-- many partitions takes longer than running it. Sums are written in order, so
-- that those of a domain lie together.
CREATE OR REPLACE FUNCTION fold(batch integer DEFAULT 5000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tlsrpt, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
DECLARE
  keys uuid[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(8460, 1) THEN
    RETURN -1;
  END IF;
  keys := ARRAY(SELECT report_key FROM outbox LIMIT batch);
  IF cardinality(keys) = 0 THEN
    RETURN 0;
  END IF;

  INSERT INTO daily_domain AS d (day, policy_domain, auth_domain,
    organization_name, reports, successful_sessions, failed_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, count(*),
    sum(successful_sessions), sum(failed_sessions)
  FROM outbox_domain
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name
  ORDER BY day, policy_domain
  ON CONFLICT (day, policy_domain, auth_domain, organization_name) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  INSERT INTO daily_policy AS d (day, policy_domain, auth_domain,
    organization_name, policy_type, reports, successful_sessions,
    failed_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, policy_type,
    count(DISTINCT report_key), sum(successful_sessions), sum(failed_sessions)
  FROM outbox_policy
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name, policy_type
  ORDER BY day, policy_domain
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    policy_type) DO UPDATE
  SET reports = d.reports + excluded.reports,
    successful_sessions = d.successful_sessions + excluded.successful_sessions,
    failed_sessions = d.failed_sessions + excluded.failed_sessions;

  INSERT INTO daily_failure AS d (day, policy_domain, auth_domain,
    organization_name, result_type, receiving_mx_hostname, cause,
    failed_sessions, withheld_sessions)
  SELECT day, policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname, cause, sum(failed_sessions),
    sum(withheld_sessions)
  FROM outbox_failure
  WHERE report_key = ANY (keys)
  GROUP BY day, policy_domain, auth_domain, organization_name, result_type,
    receiving_mx_hostname, cause
  ORDER BY day, policy_domain
  ON CONFLICT (day, policy_domain, auth_domain, organization_name,
    result_type, receiving_mx_hostname, cause) DO UPDATE
  SET failed_sessions = d.failed_sessions + excluded.failed_sessions,
    withheld_sessions = d.withheld_sessions + excluded.withheld_sessions;

  -- Alerts are evaluated right behind, so that a rule can never hold up sums.
  INSERT INTO alert_pending (policy_domain)
  SELECT DISTINCT policy_domain
  FROM outbox_policy
  WHERE report_key = ANY (keys)
    AND (has_failures OR failed_sessions > 0 OR EXISTS (SELECT FROM alert
      WHERE alert.policy_domain = outbox_policy.policy_domain
        AND state <> 'resolved'));

  DELETE FROM outbox WHERE report_key = ANY (keys);
  RETURN cardinality(keys);
END
$$;
