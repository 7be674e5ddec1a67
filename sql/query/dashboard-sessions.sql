-- SPDX-License-Identifier: BSD-2-Clause
-- Sessions and failures as columns of numbers, a series for each domain and
-- reporter, and for failures also type and MX host. The parameters are those of
-- sql/store-dashboard.c.
--
-- Names are numbered from 0 by how much they matter, and those behind the last
-- that is listed share the number after it. So what is listed is bounded, by
-- the rows too, and the sums are those of everything. Of the next domains the
-- sums of the whole period are listed, so that each is found. A reporter is a
-- name with a signer, which is listed where the name does not say it. Other
-- reporters have two numbers, the second is that of authenticated ones. The days
-- of a series are steps: from the first day, then from one another.
--
-- Rows are grouped by numbers, which sort faster than names, and series are put
-- together in the order in which their rows come.
WITH sessions AS MATERIALIZED (
  SELECT policy_domain, organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, day, reports,
    successful_sessions AS successful, failed_sessions AS failed
  FROM v_daily_domain
  WHERE day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
),
failures AS MATERIALIZED (
  SELECT policy_domain, organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, result_type,
    receiving_mx_hostname, day, failed_sessions AS failed
  FROM v_daily_failure
  WHERE day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
    AND ($1::text[] IS NULL OR CASE WHEN $4::text[] IS NULL
      THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END)
),
domain AS MATERIALIZED (
  SELECT policy_domain, successful, failed,
    row_number() OVER ranking - 1 AS number,
    row_number() OVER ranking <= 10000
      AND sum(cells + coalesce(more_cells, 0)) OVER ranking <= 1000000
      AS listed
  FROM (
    SELECT policy_domain, count(*) AS cells, sum(successful) AS successful,
      sum(failed) AS failed
    FROM sessions
    GROUP BY policy_domain
  ) AS counted
  LEFT JOIN (
    SELECT policy_domain, count(*) AS more_cells
    FROM failures
    GROUP BY policy_domain
  ) AS failing USING (policy_domain)
  WINDOW ranking AS (ORDER BY failed DESC, successful DESC,
    policy_domain COLLATE "C")
),
reporter AS MATERIALIZED (
  SELECT organization_name, authenticated, signer,
    row_number() OVER (
      ORDER BY sum(reports) DESC, organization_name COLLATE "C", authenticated,
        signer COLLATE "C"
    ) - 1 AS number
  FROM sessions
  GROUP BY organization_name, authenticated, signer
),
type AS MATERIALIZED (
  SELECT result_type,
    row_number() OVER (
      ORDER BY sum(failed) DESC, result_type COLLATE "C") - 1 AS number
  FROM failures
  GROUP BY result_type
),
host AS MATERIALIZED (
  SELECT receiving_mx_hostname,
    row_number() OVER (
      ORDER BY sum(failed) DESC, receiving_mx_hostname COLLATE "C"
    ) - 1 AS number
  FROM failures
  GROUP BY receiving_mx_hostname
),
domain_number AS MATERIALIZED (
  SELECT policy_domain,
    CASE WHEN listed THEN number
      ELSE (SELECT count(*) FROM domain WHERE listed) END AS domain
  FROM domain
),
reporter_number AS MATERIALIZED (
  SELECT organization_name, authenticated, signer,
    CASE WHEN number < 100 THEN number
      ELSE 100 + authenticated::integer END AS reporter
  FROM reporter
),
session_series AS (
  SELECT domain, reporter, count(*) AS days,
    string_agg(step::text, ',') AS steps,
    string_agg(reports::text, ',') AS reports,
    string_agg(successful::text, ',') AS successful,
    string_agg(failed::text, ',') AS failed
  FROM (
    SELECT domain, reporter, day, sum(reports) AS reports,
      sum(successful) AS successful, sum(failed) AS failed,
      day - lag(day, 1, $2::date) OVER (
        PARTITION BY domain, reporter ORDER BY day) AS step
    FROM sessions
    JOIN domain_number USING (policy_domain)
    JOIN reporter_number USING (organization_name, authenticated, signer)
    GROUP BY domain, reporter, day
    ORDER BY domain, reporter, day
  ) AS stepped
  GROUP BY domain, reporter
),
failure_series AS (
  SELECT domain, reporter, type, host, count(*) AS days,
    string_agg(step::text, ',') AS steps,
    string_agg(failed::text, ',') AS failed
  FROM (
    SELECT domain, reporter, least(type.number, 40) AS type,
      least(host.number, 200) AS host, day, sum(failed) AS failed,
      day - lag(day, 1, $2::date) OVER (
        PARTITION BY domain, reporter, least(type.number, 40),
          least(host.number, 200)
        ORDER BY day) AS step
    FROM failures
    JOIN domain_number USING (policy_domain)
    JOIN reporter_number USING (organization_name, authenticated, signer)
    JOIN type USING (result_type)
    JOIN host USING (receiving_mx_hostname)
    GROUP BY domain, reporter, least(type.number, 40),
      least(host.number, 200), day
    ORDER BY domain, reporter, least(type.number, 40),
      least(host.number, 200), day
  ) AS stepped
  GROUP BY domain, reporter, type, host
)
SELECT
  to_json($2::date) AS since,
  to_json($3::date) AS until,
  to_json($5::boolean) AS authenticated,
  (SELECT json_agg(policy_domain ORDER BY number)
    FROM domain WHERE listed) AS domains,
  (SELECT to_json(count(*)) FROM domain) AS domain_count,
  (SELECT json_agg(json_build_array(policy_domain, successful, failed)
      ORDER BY number)
    FROM domain WHERE NOT listed AND number < 50000) AS sums_only,
  (SELECT json_agg(json_build_array(organization_name, authenticated,
        CASE WHEN authenticated AND one_line(organization_name)
            <> reporter_text(organization_name, nullif(signer, ''))
          THEN signer END)
      ORDER BY number)
    FROM reporter WHERE number < 100) AS reporters,
  (SELECT to_json(count(*)) FROM reporter) AS reporter_count,
  (SELECT json_agg(result_type ORDER BY number)
    FROM type WHERE number < 40) AS types,
  (SELECT to_json(count(*)) FROM type) AS type_count,
  (SELECT json_agg(receiving_mx_hostname ORDER BY number)
    FROM host WHERE number < 200) AS hosts,
  (SELECT to_json(count(*)) FROM host) AS host_count,
  (SELECT '{"domain":[' || string_agg(domain::text, ',' ORDER BY place)
      || '],"reporter":[' || string_agg(reporter::text, ',' ORDER BY place)
      || '],"days":[' || string_agg(days::text, ',' ORDER BY place)
      || '],"step":[' || string_agg(steps, ',' ORDER BY place)
      || '],"reports":[' || string_agg(reports, ',' ORDER BY place)
      || '],"successful":[' || string_agg(successful, ',' ORDER BY place)
      || '],"failed":[' || string_agg(failed, ',' ORDER BY place) || ']}'
    FROM (SELECT *, row_number() OVER () AS place
      FROM session_series) AS placed) AS sessions,
  (SELECT '{"domain":[' || string_agg(domain::text, ',' ORDER BY place)
      || '],"reporter":[' || string_agg(reporter::text, ',' ORDER BY place)
      || '],"type":[' || string_agg(type::text, ',' ORDER BY place)
      || '],"host":[' || string_agg(host::text, ',' ORDER BY place)
      || '],"days":[' || string_agg(days::text, ',' ORDER BY place)
      || '],"step":[' || string_agg(steps, ',' ORDER BY place)
      || '],"failed":[' || string_agg(failed, ',' ORDER BY place) || ']}'
    FROM (SELECT *, row_number() OVER () AS place
      FROM failure_series) AS placed) AS failures;
