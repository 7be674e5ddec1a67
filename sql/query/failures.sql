-- SPDX-License-Identifier: BSD-2-Clause
-- Failures by domain, type, MX host and reporter, the most frequent first. The
-- parameters are those of sql/store-query.c; with $9, the five values of each
-- kind that failed most, from the reports that are kept. How bad they are is
-- looked up for those that are listed: for all, it takes a third of the time.
-- Without $9, no report is of a day that is asked for, and one partition planned.
WITH found AS MATERIALIZED (
  SELECT policy_domain, result_type, receiving_mx_hostname, organization_name,
    sum(failed_sessions) AS failed_sessions, min(day) AS first_day,
    max(day) AS last_day, auth_domain,
    reporter_text(organization_name, auth_domain) AS reporter
  FROM v_daily_failure
  WHERE ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($3::text[] IS NULL OR CASE WHEN $8::text[] IS NULL
      THEN policy_domain LIKE ANY ($3)
      ELSE policy_domain = ANY ($8) END)
    AND ($4::text[] IS NULL OR organization_name COLLATE "C" ILIKE ANY ($4))
    AND ($7::boolean IS NULL OR authenticated = $7)
    AND ($5::text[] IS NULL OR result_type LIKE ANY ($5))
  GROUP BY policy_domain, result_type, receiving_mx_hostname,
    organization_name, auth_domain
  ORDER BY sum(failed_sessions) DESC, policy_domain COLLATE "C",
    result_type COLLATE "C", receiving_mx_hostname COLLATE "C",
    organization_name COLLATE "C", auth_domain COLLATE "C"
  LIMIT $6::bigint
),
graded AS (
  SELECT policy_domain, result_type, receiving_mx_hostname, organization_name,
    auth_domain, min(severity) AS severity
  FROM v_daily_failure
  WHERE policy_domain = ANY (ARRAY(SELECT policy_domain FROM found))
    AND (policy_domain, result_type, receiving_mx_hostname, organization_name,
      auth_domain) IN (
        SELECT policy_domain, result_type, receiving_mx_hostname,
          organization_name, auth_domain
        FROM found)
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($7::boolean IS NULL OR authenticated = $7)
  GROUP BY policy_domain, result_type, receiving_mx_hostname,
    organization_name, auth_domain
),
ranked AS (
  SELECT policy_domain, result_type,
    coalesce(receiving_mx_hostname, '') AS receiving_mx_hostname,
    organization_name, auth_domain, kind, value,
    row_number() OVER (
      PARTITION BY policy_domain, result_type,
        coalesce(receiving_mx_hostname, ''), organization_name, auth_domain,
        kind
      ORDER BY sum(failed_sessions) DESC, value COLLATE "C") AS rank
  FROM v_failure
  CROSS JOIN LATERAL (
    VALUES ('reason', failure_reason_code), ('ip', host(receiving_ip)),
      ('sender', host(sending_mta_ip)), ('helo', receiving_mx_helo)
  ) AS fact (kind, value)
  WHERE value IS NOT NULL
    AND ($9::boolean OR day = 'infinity')
    AND policy_domain = ANY (ARRAY(
      SELECT policy_domain FROM found))
    AND ($1::date IS NULL OR day >= $1)
    AND ($2::date IS NULL OR day <= $2)
    AND ($7::boolean IS NULL OR authenticated = $7)
  GROUP BY policy_domain, result_type, coalesce(receiving_mx_hostname, ''),
    organization_name, auth_domain, kind, value
),
detail AS (
  SELECT policy_domain, result_type, receiving_mx_hostname, organization_name,
    auth_domain,
    string_agg(value, '; ' ORDER BY rank) FILTER (WHERE kind = 'reason')
      AS failure_reason_codes,
    string_agg(value, ', ' ORDER BY rank) FILTER (WHERE kind = 'ip')
      AS receiving_ips,
    string_agg(value, ', ' ORDER BY rank) FILTER (WHERE kind = 'helo')
      AS receiving_mx_helos,
    string_agg(value, ', ' ORDER BY rank) FILTER (WHERE kind = 'sender')
      AS sending_mta_ips
  FROM ranked
  WHERE rank <= 5
  GROUP BY policy_domain, result_type, receiving_mx_hostname,
    organization_name, auth_domain
)
SELECT policy_domain, result_type, severity, receiving_mx_hostname,
  organization_name, failed_sessions, first_day, last_day, auth_domain,
  reporter, failure_reason_codes, receiving_ips, receiving_mx_helos,
  sending_mta_ips
FROM found
JOIN graded USING (policy_domain, result_type, receiving_mx_hostname,
  organization_name, auth_domain)
LEFT JOIN detail USING (policy_domain, result_type, receiving_mx_hostname,
  organization_name, auth_domain)
ORDER BY failed_sessions DESC, policy_domain COLLATE "C",
  result_type COLLATE "C", receiving_mx_hostname COLLATE "C",
  organization_name COLLATE "C", auth_domain COLLATE "C";
