-- SPDX-License-Identifier: BSD-2-Clause
-- The views of 80-views.sql, with the rows of some domains only. They have a
-- schema of their own, and a tenant no way into the other: what a reader's
-- plans look like is not touched by the filter, and a name without its schema
-- leads each role to the views that are for it.

-- What of the domains concerns whoever asks: his own, and those of the roles
-- whose rights he has.
CREATE OR REPLACE VIEW tlsrpt_tenant.own_domain WITH (security_barrier) AS
SELECT DISTINCT policy_domain
FROM tenant_domain
WHERE role = ANY (ARRAY(
  SELECT oid FROM pg_roles WHERE pg_has_role(oid, 'USAGE')));

-- A function that tells what it is called with comes behind the filter of a
-- security barrier, however cheap it says it is. An array leads to the indexes
-- that begin with the domain.
CREATE OR REPLACE VIEW tlsrpt_tenant.v_policy WITH (security_barrier) AS
SELECT * FROM v_policy
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_failure WITH (security_barrier) AS
SELECT * FROM v_failure
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_domain WITH (security_barrier) AS
SELECT * FROM v_daily_domain
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_report_loop WITH (security_barrier) AS
SELECT * FROM v_report_loop
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_policy WITH (security_barrier) AS
SELECT * FROM v_daily_policy
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_failure WITH (security_barrier) AS
SELECT * FROM v_daily_failure
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

-- Sums of all domains are those of his.
CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_reporter_sum
WITH (security_barrier) AS
SELECT day, organization_name, authenticated, sum(reports)::bigint AS reports,
  sum(successful_sessions) AS successful_sessions,
  sum(failed_sessions) AS failed_sessions, auth_domain
FROM tlsrpt_tenant.v_daily_domain
GROUP BY day, organization_name, authenticated, auth_domain;

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_type_sum
WITH (security_barrier) AS
SELECT day, organization_name, authenticated, result_type,
  sum(failed_sessions) AS failed_sessions,
  sum(withheld_sessions) AS withheld_sessions,
  sum(would_withhold_sessions) AS would_withhold_sessions, auth_domain
FROM tlsrpt_tenant.v_daily_failure
GROUP BY day, organization_name, authenticated, result_type, auth_domain;

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_policy_sum
WITH (security_barrier) AS
SELECT day, organization_name, authenticated, policy_type,
  sum(reports)::bigint AS reports,
  sum(successful_sessions) AS successful_sessions,
  sum(failed_sessions) AS failed_sessions, auth_domain, sts_mode
FROM tlsrpt_tenant.v_daily_policy
GROUP BY day, organization_name, authenticated, policy_type, auth_domain,
  sts_mode;

CREATE OR REPLACE VIEW tlsrpt_tenant.v_daily_domain_sum
WITH (security_barrier) AS
SELECT * FROM v_daily_domain_sum
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_domain_reporter
WITH (security_barrier) AS
SELECT * FROM v_domain_reporter
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_domain_policy
WITH (security_barrier) AS
SELECT * FROM v_domain_policy
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE FUNCTION tlsrpt_tenant.domain_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, reports numeric,
  successful_sessions numeric, failed_sessions numeric, first_day date,
  last_day date, withheld_sessions numeric, would_withhold_sessions numeric
)
LANGUAGE sql STABLE
AS $$
  SELECT policy_domain, authenticated, sum(reports), sum(successful_sessions),
    sum(failed_sessions), min(day), max(day), sum(withheld_sessions),
    sum(would_withhold_sessions)
  FROM (
    SELECT day, policy_domain, authenticated, reports, successful_sessions,
      failed_sessions, 0 AS withheld_sessions, 0 AS would_withhold_sessions
    FROM tlsrpt_tenant.v_daily_domain
    UNION ALL
    SELECT day, policy_domain, authenticated, 0, 0, 0, withheld_sessions,
      would_withhold_sessions
    FROM tlsrpt_tenant.v_daily_failure
  ) AS daily
  WHERE day BETWEEN coalesce(since, '-infinity')
    AND coalesce(until, 'infinity')
  GROUP BY policy_domain, authenticated
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.policy_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, policy_type text, sts_mode text,
  successful_sessions numeric, failed_sessions numeric, first_day date,
  last_day date
)
LANGUAGE sql STABLE
AS $$
  SELECT policy_domain, authenticated, policy_type, sts_mode,
    sum(successful_sessions), sum(failed_sessions), min(day), max(day)
  FROM tlsrpt_tenant.v_daily_policy
  WHERE day BETWEEN coalesce(since, '-infinity')
    AND coalesce(until, 'infinity')
  GROUP BY policy_domain, authenticated, policy_type, sts_mode
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.failure_sums(since date, until date)
RETURNS TABLE (
  policy_domain text, authenticated boolean, result_type text,
  receiving_mx_hostname text, failed_sessions numeric, first_day date,
  last_day date
)
LANGUAGE sql STABLE
AS $$
  SELECT policy_domain, authenticated, result_type, receiving_mx_hostname,
    sum(failed_sessions), min(day), max(day)
  FROM tlsrpt_tenant.v_daily_failure
  WHERE day BETWEEN coalesce(since, '-infinity')
    AND coalesce(until, 'infinity')
  GROUP BY policy_domain, authenticated, result_type, receiving_mx_hostname
$$;

-- A remark, or a member that has no column, may quote what the report says of any
-- of its policies.
CREATE OR REPLACE VIEW tlsrpt_tenant.v_report WITH (security_barrier) AS
SELECT day, report_key, organization_name, contact_info, report_id,
  period_start, period_end, auth_domain, auth_domain <> '' AS authenticated,
  received_at, received_by, own.policies, own.successful_sessions,
  own.failed_sessions,
  CASE WHEN own.policies = (
    SELECT count(*) FROM policy
    WHERE policy.day = report.day AND policy.report_key = report.report_key
  ) THEN report.extra END AS extra
FROM report
JOIN (
  SELECT day, report_key, sum(policies)::bigint AS policies,
    sum(successful_sessions) AS successful_sessions,
    sum(failed_sessions) AS failed_sessions
  FROM report_domain
  WHERE policy_domain = ANY (ARRAY(
    SELECT policy_domain FROM tlsrpt_tenant.own_domain))
  GROUP BY day, report_key
) AS own USING (day, report_key);

CREATE OR REPLACE VIEW own_report AS
SELECT day, organization_name, auth_domain, extra -> 'remarks' AS remarks
FROM tlsrpt_tenant.v_report;

CREATE OR REPLACE VIEW tlsrpt_tenant.v_reporter WITH (security_barrier) AS
SELECT organization_name, auth_domain, first_day, last_day, reports,
  reports_with_remarks, coalesce(remarked.remarks, '{}') AS remarks
FROM (
  SELECT organization_name, auth_domain, min(day) AS first_day,
    max(day) AS last_day, count(*) AS reports,
    count(remarks) AS reports_with_remarks
  FROM own_report
  GROUP BY organization_name, auth_domain
) AS reporter
LEFT JOIN (
  SELECT organization_name, auth_domain,
    jsonb_object_agg(remark, occurrences) AS remarks
  FROM (
    SELECT organization_name, auth_domain, remark, count(*) AS occurrences
    FROM own_report, jsonb_array_elements_text(remarks) AS remark
    GROUP BY organization_name, auth_domain, remark
  ) AS counted
  GROUP BY organization_name, auth_domain
) AS remarked USING (organization_name, auth_domain);

CREATE OR REPLACE VIEW tlsrpt_tenant.v_alert WITH (security_barrier) AS
SELECT * FROM v_alert
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.v_observation WITH (security_barrier) AS
SELECT * FROM v_observation
WHERE policy_domain = ANY (ARRAY(
  SELECT policy_domain FROM tlsrpt_tenant.own_domain));

CREATE OR REPLACE VIEW tlsrpt_tenant.own_host WITH (security_barrier) AS
SELECT mx_hosts.*
FROM (
  SELECT ARRAY(SELECT policy_domain FROM tlsrpt_tenant.own_domain) AS domains
) AS own, mx_hosts(domains, domains);

CREATE OR REPLACE FUNCTION tlsrpt_tenant.mx_hosts(names text[])
RETURNS SETOF tlsrpt_tenant.own_host
LANGUAGE sql STABLE
AS $$
  SELECT * FROM tlsrpt_tenant.own_host WHERE name = ANY (names)
$$;

-- With the figures of his domains alone.
CREATE OR REPLACE VIEW tlsrpt_tenant.v_incident WITH (security_barrier) AS
SELECT incidents.*
FROM (
  SELECT ARRAY(SELECT policy_domain FROM tlsrpt_tenant.own_domain) AS domains
) AS own, incidents(domains, domains);

CREATE OR REPLACE VIEW tlsrpt_tenant.v_rollout WITH (security_barrier) AS
SELECT rollout.*
FROM (
  SELECT ARRAY(SELECT policy_domain FROM tlsrpt_tenant.own_domain) AS domains
) AS own, rollout(domains, domains);

CREATE OR REPLACE FUNCTION tlsrpt_tenant.rollout(of_domains text[])
RETURNS SETOF tlsrpt_tenant.v_rollout
LANGUAGE sql STABLE
AS $$
  SELECT * FROM tlsrpt_tenant.v_rollout
  WHERE of_domains IS NULL OR policy_domain = ANY (of_domains)
$$;

-- Whole incidents: all that they say of is his.
CREATE OR REPLACE FUNCTION tlsrpt_tenant.incidents(of_domains text[])
RETURNS SETOF tlsrpt_tenant.v_incident
LANGUAGE sql STABLE
AS $$
  SELECT * FROM tlsrpt_tenant.v_incident
  WHERE of_domains IS NULL OR incident_id IN (
    SELECT incident_id FROM tlsrpt_tenant.v_alert
    WHERE policy_domain = ANY (of_domains))
$$;

CREATE OR REPLACE VIEW tlsrpt_tenant.result_type_info AS
SELECT * FROM result_type_info;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.schema_version() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT schema_version()
$$;

-- Queries of tenants call them without the name of a schema, as others do.
CREATE OR REPLACE FUNCTION tlsrpt_tenant.incident_weight(
  withheld numeric, failed numeric, domains bigint, severity text
) RETURNS numeric[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT incident_weight(withheld, failed, domains, severity)
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.utc_text(at timestamptz) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT utc_text(at)
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.one_line(name text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT one_line(name)
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.reporter_text(
  name text, auth_domain text
) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT reporter_text(name, auth_domain)
$$;

CREATE OR REPLACE FUNCTION tlsrpt_tenant.failure_severity(
  of_type text, of_rule text
) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tlsrpt, pg_temp
AS $$
  SELECT failure_severity(of_type, of_rule)
$$;
