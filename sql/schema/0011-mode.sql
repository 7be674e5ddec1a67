-- SPDX-License-Identifier: BSD-2-Clause
-- Which mode of MTA-STS reports speak of, and what enforcing would do.

-- No report may get into the roll-ups meanwhile.
SELECT FROM job WHERE name = 'fold' FOR UPDATE;

-- '' = no mode: another policy, a mode that is not known, or sums of reports
-- that are gone.
ALTER TABLE daily_policy
  ADD COLUMN sts_mode text NOT NULL DEFAULT '',
  DROP CONSTRAINT daily_policy_pkey;

-- Divided where the sums are those of the reports that are still there.
WITH kept AS MATERIALIZED (
  SELECT day, report_key, policy_domain, auth_domain, organization_name,
    policy_type, coalesce(sts_mode, '') AS sts_mode, successful_sessions,
    failed_sessions
  FROM policy
  JOIN report USING (day, report_key)
  WHERE policy_type = 'sts'
    AND (day, report_key) NOT IN (SELECT day, report_key FROM outbox)
), whole AS (
  SELECT day, policy_domain, auth_domain, organization_name, policy_type,
    count(DISTINCT report_key) AS reports,
    sum(successful_sessions) AS successful_sessions,
    sum(failed_sessions) AS failed_sessions
  FROM kept
  GROUP BY day, policy_domain, auth_domain, organization_name, policy_type
), gone AS (
  DELETE FROM daily_policy AS d
  USING whole
  WHERE (d.day, d.policy_domain, d.auth_domain, d.organization_name,
      d.policy_type, d.reports, d.successful_sessions, d.failed_sessions)
    = (whole.day, whole.policy_domain, whole.auth_domain,
      whole.organization_name, whole.policy_type, whole.reports,
      whole.successful_sessions, whole.failed_sessions)
  RETURNING d.day, d.policy_domain, d.auth_domain, d.organization_name,
    d.policy_type
)
INSERT INTO daily_policy (day, policy_domain, auth_domain, organization_name,
  policy_type, sts_mode, reports, successful_sessions, failed_sessions)
SELECT day, policy_domain, auth_domain, organization_name, policy_type,
  sts_mode, count(DISTINCT report_key), sum(successful_sessions),
  sum(failed_sessions)
FROM kept
JOIN gone USING (day, policy_domain, auth_domain, organization_name,
  policy_type)
GROUP BY day, policy_domain, auth_domain, organization_name, policy_type,
  sts_mode;

ALTER TABLE daily_policy
  ADD PRIMARY KEY (day, policy_domain, auth_domain, organization_name,
    policy_type, sts_mode);

-- Failed in mode testing, and in mode enforce they would have been withheld.
ALTER TABLE daily_failure
  ADD COLUMN would_withhold_sessions numeric NOT NULL DEFAULT 0;

UPDATE daily_failure AS d
SET would_withhold_sessions = least(kept.sessions, d.failed_sessions)
FROM (
  SELECT day, policy_domain, auth_domain, organization_name,
    failure.result_type, coalesce(receiving_mx_hostname, '') AS host, cause,
    sum(failure.failed_sessions) AS sessions
  FROM policy
  JOIN report USING (day, report_key)
  JOIN failure USING (day, report_key, policy_no)
  CROSS JOIN LATERAL (
    SELECT CASE WHEN failure.result_type = 'validation-failure' THEN coalesce(
      (SELECT min(reason_wording.result_type) FROM reason_wording
        WHERE lower(failure.failure_reason_code COLLATE "C") LIKE pattern),
      failure.result_type) ELSE failure.result_type END AS cause
  ) AS worded
  WHERE sts_mode = 'testing' AND NOT starts_with(cause, 'sts-')
    AND (day, report_key) NOT IN (SELECT day, report_key FROM outbox)
  GROUP BY day, policy_domain, auth_domain, organization_name,
    failure.result_type, host, cause
) AS kept
WHERE (d.day, d.policy_domain, d.auth_domain, d.organization_name,
    d.result_type, d.receiving_mx_hostname, d.cause)
  = (kept.day, kept.policy_domain, kept.auth_domain, kept.organization_name,
    kept.result_type, kept.host, kept.cause);
