-- SPDX-License-Identifier: BSD-2-Clause
-- What dashboards read. Names and columns are a contract and only grow, at the
-- end. The daily views add what is not rolled up yet, so that they are exact
-- at every moment.

-- The sums are looked up for the rows that are shown: a join would come before
-- ORDER BY and LIMIT.
CREATE OR REPLACE VIEW v_report AS
SELECT report.day, report.report_key, organization_name, contact_info,
  report_id, period_start, period_end, auth_domain,
  auth_domain <> '' AS authenticated, received_at, received_by,
  (
    SELECT count(*)
    FROM policy
    WHERE policy.day = report.day AND policy.report_key = report.report_key
  ) AS policies,
  (
    SELECT coalesce(sum(d.successful_sessions), 0)
    FROM report_domain AS d
    WHERE d.day = report.day AND d.report_key = report.report_key
  ) AS successful_sessions,
  (
    SELECT coalesce(sum(d.failed_sessions), 0)
    FROM report_domain AS d
    WHERE d.day = report.day AND d.report_key = report.report_key
  ) AS failed_sessions,
  extra
FROM report;

CREATE OR REPLACE VIEW v_policy AS
SELECT day, report_key, organization_name, auth_domain <> '' AS authenticated,
  policy_no, policy_type, policy_domain, sts_mode, policy_string, mx_host,
  successful_sessions, failed_sessions, auth_domain, policy.extra
FROM policy
JOIN report USING (day, report_key);

CREATE OR REPLACE VIEW v_failure AS
SELECT day, report_key, organization_name, auth_domain <> '' AS authenticated,
  policy_type, f.policy_domain, sts_mode, f.result_type, type.category,
  failure_severity(cause.severity, firing.severity) AS severity,
  sending_mta_ip, f.receiving_mx_hostname, receiving_mx_helo, receiving_ip,
  failed_sessions, additional_information, failure_reason_code,
  withheld_sessions, auth_domain, policy_no, failure_no, f.extra
FROM policy_failure AS f
JOIN report USING (day, report_key)
LEFT JOIN result_type_info AS type USING (result_type)
LEFT JOIN result_type_info AS cause ON cause.result_type = f.cause
LEFT JOIN firing_severity AS firing
  ON firing.policy_domain = f.policy_domain AND firing.result_type = f.cause
    AND firing.receiving_mx_hostname = coalesce(f.receiving_mx_hostname, '')
    AND firing.first_day <= day;

-- `net_sessions` are those that brought no report, where the reporter counts
-- these, too. It stands outside, where it is left out by whoever does not read
-- it: within, it would be looked up for every row.
CREATE OR REPLACE VIEW v_daily_domain AS
SELECT day, policy_domain, organization_name, authenticated, reports,
  successful_sessions, failed_sessions, auth_domain,
  greatest(0, successful_sessions + failed_sessions - coalesce((
    SELECT max(sent.reports)
    FROM report_loop AS l
    JOIN daily_received AS sent USING (auth_domain, organization_name)
    WHERE is_rolled_up
      AND l.policy_domain = d.policy_domain
      AND l.auth_domain = d.auth_domain
      AND l.organization_name = d.organization_name
      AND d.day BETWEEN l.first_day AND l.last_day
      AND sent.day = d.day), 0)) AS net_sessions
FROM (
  SELECT day, policy_domain, organization_name,
    auth_domain <> '' AS authenticated, reports, successful_sessions,
    failed_sessions, auth_domain, true AS is_rolled_up
  FROM daily_domain
  UNION ALL
  SELECT day, policy_domain, organization_name, auth_domain <> '', 1,
    successful_sessions, failed_sessions, auth_domain, false
  FROM outbox_domain
) AS d;

-- Reporters whose sessions with a domain are their own report mail. What is to
-- be done is for whoever sends the reports, or else for whoever gets them.
CREATE OR REPLACE VIEW v_report_loop AS
SELECT organization_name, auth_domain, policy_domain, first_day, last_day, days,
  last_day >= (now() AT TIME ZONE 'UTC')::date - 3 AS ongoing, contact_info,
  software,
  'Ask ' || reporter_text(organization_name, auth_domain)
    || coalesce(', ' || one_line(contact_info) || ',', '')
    || CASE software
      WHEN 'tlsrpt-reporter' THEN ' to send its reports through a transport of '
        'Postfix with smtp_tlsrpt_enable = no.'
      ELSE ' to leave its own report mail out of its reports, as RFC 8460 '
        'section 3 asks.' END
    || ' Or change the TLSRPT record: to a mailbox in a domain that has no '
    'TLSRPT record, or to an https address.' AS remedy
FROM report_loop;

CREATE OR REPLACE VIEW v_daily_policy AS
SELECT day, policy_domain, organization_name,
  auth_domain <> '' AS authenticated, policy_type, reports,
  successful_sessions, failed_sessions, auth_domain,
  nullif(sts_mode, '') AS sts_mode
FROM daily_policy
UNION ALL
SELECT day, policy_domain, organization_name, auth_domain <> '', policy_type,
  1, sum(successful_sessions), sum(failed_sessions), auth_domain,
  nullif(sts_mode, '')
FROM outbox_policy
GROUP BY day, report_key, policy_domain, auth_domain, organization_name,
  policy_type, sts_mode;

CREATE OR REPLACE VIEW v_daily_failure AS
SELECT day, f.policy_domain, organization_name, authenticated, f.result_type,
  type.category, failure_severity(cause.severity, firing.severity) AS severity,
  f.receiving_mx_hostname, failed_sessions, withheld_sessions, auth_domain,
  would_withhold_sessions
FROM (
  SELECT day, policy_domain, organization_name,
    auth_domain <> '' AS authenticated, result_type, receiving_mx_hostname,
    failed_sessions, withheld_sessions, cause, auth_domain,
    would_withhold_sessions
  FROM daily_failure
  UNION ALL
  SELECT day, policy_domain, organization_name, auth_domain <> '',
    result_type, receiving_mx_hostname, failed_sessions, withheld_sessions,
    cause, auth_domain, would_withhold_sessions
  FROM outbox_failure
) AS f
LEFT JOIN result_type_info AS type USING (result_type)
LEFT JOIN result_type_info AS cause ON cause.result_type = f.cause
LEFT JOIN firing_severity AS firing
  ON firing.policy_domain = f.policy_domain AND firing.result_type = f.cause
    AND firing.receiving_mx_hostname = f.receiving_mx_hostname
    AND firing.first_day <= day;

-- The same for all domains together.
CREATE OR REPLACE VIEW v_daily_reporter_sum AS
SELECT day, organization_name, auth_domain <> '' AS authenticated, reports,
  successful_sessions, failed_sessions, auth_domain
FROM daily_reporter_sum
UNION ALL
SELECT day, organization_name, auth_domain <> '', count(*),
  sum(successful_sessions), sum(failed_sessions), auth_domain
FROM outbox_domain
GROUP BY day, organization_name, auth_domain;

CREATE OR REPLACE VIEW v_daily_type_sum AS
SELECT day, organization_name, auth_domain <> '' AS authenticated, result_type,
  failed_sessions, withheld_sessions, would_withhold_sessions, auth_domain
FROM daily_type_sum
UNION ALL
SELECT day, organization_name, auth_domain <> '', result_type,
  sum(failed_sessions), sum(withheld_sessions), sum(would_withhold_sessions),
  auth_domain
FROM outbox_failure
GROUP BY day, organization_name, auth_domain, result_type;

CREATE OR REPLACE VIEW v_daily_policy_sum AS
SELECT day, organization_name, auth_domain <> '' AS authenticated, policy_type,
  reports, successful_sessions, failed_sessions, auth_domain,
  nullif(sts_mode, '') AS sts_mode
FROM daily_policy_sum
UNION ALL
SELECT day, organization_name, auth_domain <> '', policy_type,
  count(DISTINCT (report_key, policy_domain)), sum(successful_sessions),
  sum(failed_sessions), auth_domain, nullif(sts_mode, '')
FROM outbox_policy
GROUP BY day, organization_name, auth_domain, policy_type, sts_mode;

-- And for all reporters.
CREATE OR REPLACE VIEW v_daily_domain_sum AS
SELECT day, policy_domain, authenticated, reports, successful_sessions,
  failed_sessions
FROM daily_domain_sum
UNION ALL
SELECT day, policy_domain, auth_domain <> '', count(*),
  sum(successful_sessions), sum(failed_sessions)
FROM outbox_domain
GROUP BY day, policy_domain, auth_domain <> '';

-- A report that is not rolled up yet has a row of its own, so that only those of
-- some days are looked up for whoever asks for these.
CREATE OR REPLACE VIEW v_domain_reporter AS
SELECT policy_domain, organization_name, auth_domain <> '' AS authenticated,
  last_day, auth_domain
FROM domain_reporter
UNION ALL
SELECT policy_domain, organization_name, auth_domain <> '', day, auth_domain
FROM outbox_policy;

CREATE OR REPLACE VIEW v_domain_policy AS
SELECT policy_domain, organization_name, auth_domain <> '' AS authenticated,
  policy_type, nullif(sts_mode, '') AS sts_mode, last_day, auth_domain
FROM domain_policy
UNION ALL
SELECT policy_domain, organization_name, auth_domain <> '', policy_type,
  nullif(sts_mode, ''), day, auth_domain
FROM outbox_policy;

-- `remarks` is an object: each remark, and in how many reports it was made.
CREATE OR REPLACE VIEW v_reporter AS
SELECT organization_name, auth_domain, first_day, last_day, reports,
  reports_with_remarks, coalesce(remarks, '{}') AS remarks
FROM (
  SELECT organization_name, auth_domain, min(day) AS first_day,
    max(day) AS last_day, sum(reports)::bigint AS reports,
    sum(reports_with_remarks)::bigint AS reports_with_remarks
  FROM (
    SELECT organization_name, auth_domain, day, reports, reports_with_remarks
    FROM daily_reporter
    UNION ALL
    SELECT organization_name, auth_domain, day, 1,
      (remarks IS NOT NULL)::integer
    FROM outbox_report
  ) AS reported
  GROUP BY organization_name, auth_domain
) AS reporter
LEFT JOIN (
  SELECT organization_name, auth_domain,
    jsonb_object_agg(remark, occurrences) AS remarks
  FROM (
    SELECT organization_name, auth_domain, remark,
      sum(occurrences)::bigint AS occurrences
    FROM (
      SELECT organization_name, auth_domain, remark, occurrences
      FROM daily_remark
      UNION ALL
      SELECT organization_name, auth_domain, remark, 1
      FROM outbox_report, jsonb_array_elements_text(remarks) AS remark
    ) AS made
    GROUP BY organization_name, auth_domain, remark
  ) AS counted
  GROUP BY organization_name, auth_domain
) AS remarked USING (organization_name, auth_domain);

CREATE OR REPLACE VIEW v_trusted_signer AS
SELECT domain FROM trusted_signer;

-- The same for those who read no views.
CREATE OR REPLACE FUNCTION trusted_signers() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT domain FROM trusted_signer ORDER BY domain COLLATE "C"
$$;
