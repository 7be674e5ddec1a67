-- SPDX-License-Identifier: BSD-2-Clause
-- The newest reports, and all that is stored of the newest of these. The
-- parameters are those of sql/store-dashboard.c. By day first, so that a
-- partition or two are read and not all of them. About some domains, from the
-- index of these on. On a page of each domain, with nothing of what they say
-- about others.
--
-- `stored` has objects by key, in the form of sql/query/report-get.sql, of which
-- none is longer than 32 KiB; `omitted` says why one is not there. How long a
-- report is goes by all of it, as one about thousands of domains would be read
-- for the page of each: no more than shows that it is too long.
--
-- What is looked up for a report stands beside v_report, so that Citus has each
-- worker do it for its own.
WITH newest AS (
  SELECT day, report_key, received_at
  FROM v_report
  WHERE $1::text[] IS NULL
    AND ($2::date IS NULL OR day >= $2)
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
  ORDER BY day DESC, received_at DESC, report_key
  LIMIT 200
),
about AS (
  SELECT day, report_key, received_at
  FROM (
    SELECT DISTINCT day, report_key
    FROM v_policy
    WHERE $1::text[] IS NOT NULL
      AND $6::boolean IS NULL
      AND CASE WHEN $4::text[] IS NULL
        THEN policy_domain LIKE ANY ($1)
        ELSE policy_domain = ANY ($4) END
      AND ($2::date IS NULL OR day >= $2)
      AND ($3::date IS NULL OR day <= $3)
      AND ($5::boolean IS NULL OR authenticated = $5)
  ) AS named
  JOIN v_report USING (day, report_key)
  ORDER BY day DESC, received_at DESC, report_key
  LIMIT 200
),
each AS MATERIALIZED (
  SELECT policy_domain, day, report_key, count(*) AS policies,
    sum(successful_sessions) AS successful, sum(failed_sessions) AS failed,
    row_number() OVER (PARTITION BY policy_domain
      ORDER BY day DESC, report_key) AS number
  FROM v_policy
  WHERE $6::boolean
    AND policy_domain = ANY ($4::text[])
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
  GROUP BY policy_domain, day, report_key
),
each_type AS MATERIALIZED (
  SELECT policy_domain, day, report_key,
    json_agg(DISTINCT result_type COLLATE "C") AS types
  FROM v_failure
  WHERE policy_domain = ANY (CASE WHEN $6::boolean THEN $4::text[]
      ELSE '{}' END)
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
  GROUP BY policy_domain, day, report_key
),
newest_each AS MATERIALIZED (
  SELECT policy_domain, day, report_key, policies, successful, failed, number,
    coalesce(types, '[]') AS types
  FROM each
  LEFT JOIN each_type USING (policy_domain, day, report_key)
  WHERE number <= 200
),
listed AS MATERIALIZED (
  SELECT *, number <= CASE WHEN $6::boolean THEN 20 ELSE 50 END AS is_new
  FROM (
    SELECT NULL AS only_domain, day, report_key,
      row_number() OVER (ORDER BY day DESC, received_at DESC, report_key)
        AS number,
      NULL::bigint AS own_policies, NULL::numeric AS own_successful,
      NULL::numeric AS own_failed, NULL::json AS own_types
    FROM (SELECT * FROM newest UNION ALL SELECT * FROM about) AS r
    WHERE $6::boolean IS NULL
    UNION ALL
    SELECT policy_domain, day, report_key, number, policies, successful, failed,
      types
    FROM newest_each
  ) AS numbered
),
looked_up AS MATERIALIZED (
  SELECT only_domain, number, is_new, own_types, r.day, r.report_key, report_id,
    organization_name, contact_info, period_start, period_end, authenticated,
    auth_domain, received_at, received_by,
    CASE WHEN $6::boolean THEN own_policies ELSE policies END AS policies,
    CASE WHEN $6::boolean THEN own_successful ELSE successful_sessions END
      AS successful,
    CASE WHEN $6::boolean THEN own_failed ELSE failed_sessions END AS failed,
    CASE WHEN $6::boolean IS NULL OR is_new AND NOT EXISTS (
      SELECT 1
      FROM v_policy AS p
      WHERE p.day = r.day AND p.report_key = r.report_key
        AND p.policy_domain <> only_domain)
      THEN extra END AS extra,
    CASE WHEN $6::boolean IS NULL THEN ARRAY(
      SELECT DISTINCT policy_domain COLLATE "C" AS policy_domain
      FROM v_policy AS p
      WHERE p.day = r.day AND p.report_key = r.report_key
      ORDER BY policy_domain
      LIMIT 50) END AS first_domains,
    CASE WHEN $6::boolean IS NULL THEN ARRAY(
      SELECT DISTINCT result_type COLLATE "C" AS result_type
      FROM v_failure AS f
      WHERE f.day = r.day AND f.report_key = r.report_key
      ORDER BY result_type
      LIMIT 20) END AS first_types,
    CASE WHEN is_new
        AND NOT EXISTS (
          SELECT 1
          FROM v_policy AS p
          WHERE p.day = r.day AND p.report_key = r.report_key
          OFFSET 100)
        AND NOT EXISTS (
          SELECT 1
          FROM v_failure AS f
          WHERE f.day = r.day AND f.report_key = r.report_key
          OFFSET 500)
      THEN (
        SELECT coalesce(json_agg(json_build_object(
            'policy', json_build_object(
              'policy-type', policy_type, 'policy-string', policy_string,
              'policy-domain', policy_domain, 'mx-host', mx_host),
            'summary', json_build_object(
              'total-successful-session-count', p.successful_sessions,
              'total-failure-session-count', p.failed_sessions),
            'failure-details', (
              SELECT coalesce(json_agg(json_build_object(
                  'result-type', result_type,
                  'sending-mta-ip', host(sending_mta_ip),
                  'receiving-mx-hostname', receiving_mx_hostname,
                  'receiving-mx-helo', receiving_mx_helo,
                  'receiving-ip', host(receiving_ip),
                  'failed-session-count', f.failed_sessions,
                  'additional-information', additional_information,
                  'failure-reason-code', failure_reason_code,
                  'extra', coalesce(f.extra, '{}'))
                ORDER BY failure_no), '[]')
              FROM v_failure AS f
              WHERE f.day = p.day AND f.report_key = p.report_key
                AND f.policy_no = p.policy_no
            ),
            'extra', coalesce(p.extra, '{}')) ORDER BY policy_no), '[]')
        FROM v_policy AS p
        WHERE p.day = r.day AND p.report_key = r.report_key
          AND ($6::boolean IS NULL OR policy_domain = only_domain)
      ) END AS all_policies
  FROM listed
  JOIN v_report AS r USING (day, report_key)
),
written AS MATERIALIZED (
  SELECT *, CASE WHEN all_policies IS NOT NULL THEN json_build_object(
      'received_at', utc_text(received_at), 'received_by', received_by,
      'auth_domain', auth_domain, 'report', json_build_object(
        'organization-name', organization_name,
        'date-range', json_build_object(
          'start-datetime', utc_text(period_start),
          'end-datetime', utc_text(period_end)),
        'contact-info', contact_info, 'report-id', report_id,
        'policies', all_policies,
        'extra', coalesce(extra, '{}') - 'remarks',
        'remarks', coalesce(extra -> 'remarks', '[]')))
      END AS document
  FROM looked_up
),
bounded AS (
  SELECT *,
    CASE WHEN octet_length(document::text) <= 32768 THEN document END
      AS stored
  FROM written
)
SELECT coalesce(only_domain, '') AS page,
  json_agg(json_build_object(
    'day', day, 'reporter', organization_name, 'id', report_id,
    'key', report_key, 'signed', authenticated,
    'signer', CASE WHEN authenticated AND one_line(organization_name)
        <> reporter_text(organization_name, auth_domain)
      THEN auth_domain END,
    'received', utc_text(received_at),
    'policies', policies, 'successful', successful, 'failed', failed,
    'domains', CASE WHEN $6::boolean THEN json_build_array(only_domain) ELSE (
      SELECT json_agg(name ORDER BY place)
      FROM unnest(first_domains) WITH ORDINALITY AS d (name, place)) END,
    'types', CASE WHEN $6::boolean THEN own_types ELSE (
      SELECT coalesce(json_agg(name ORDER BY place), '[]')
      FROM unnest(first_types) WITH ORDINALITY AS t (name, place)) END,
    'omitted', CASE WHEN stored IS NOT NULL THEN NULL
      WHEN is_new THEN 'long' ELSE 'old' END
  ) ORDER BY number) AS reports,
  to_json(CASE WHEN $6::boolean THEN 20 ELSE 50 END) AS stored_count,
  to_json($6::boolean) AS only_domain,
  json_object_agg(report_key, stored ORDER BY number)
    FILTER (WHERE stored IS NOT NULL) AS stored
FROM bounded
GROUP BY bounded.only_domain;
