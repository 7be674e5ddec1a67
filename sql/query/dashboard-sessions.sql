-- SPDX-License-Identifier: BSD-2-Clause
-- Sessions and failures as columns of numbers, a series for each domain and
-- reporter, and for failures also type and MX host. The parameters are those of
-- sql/store-dashboard.c: a row is a page, that of all domains or of each one.
--
-- Names are numbered from 0 by how much they matter, and those behind the last
-- that is listed share the number after it. So what is listed is bounded, by
-- the rows too, and the sums are those of everything. Of the next domains the
-- sums of the whole period are listed, so that each is found. A reporter is a
-- name with a signer, which is listed where the name does not say it. Other
-- reporters have two numbers, the second is that of authenticated ones. The days
-- of a series are steps: from the first day, then from one another.
--
-- On the page of all domains only those that are listed are read in detail: all
-- others are what these leave of the sums of reporters. So the page takes as
-- long as it is, however many domains there are.
--
-- Rows are grouped by numbers, which sort faster than names, and series are put
-- together in the order in which their rows come. A place is the number of a
-- domain among those of all pages. Rows do not name their page: where all is one
-- page, nothing has to be joined, sorted or compared for it.
WITH named AS MATERIALIZED (
  SELECT policy_domain, organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, day, reports,
    successful_sessions AS successful, failed_sessions AS failed
  FROM v_daily_domain
  WHERE $1::text[] IS NOT NULL
    AND CASE WHEN $4::text[] IS NULL THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
),
by_reporter AS MATERIALIZED (
  SELECT organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, day, reports,
    successful_sessions AS successful, failed_sessions AS failed
  FROM v_daily_reporter_sum
  WHERE $1::text[] IS NULL
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
),
by_type AS MATERIALIZED (
  SELECT organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, result_type, day,
    failed_sessions AS failed, withheld_sessions AS withheld,
    would_withhold_sessions AS would_withhold
  FROM v_daily_type_sum
  WHERE $1::text[] IS NULL
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
),
by_domain_and_host AS MATERIALIZED (
  SELECT policy_domain, receiving_mx_hostname, sum(failed_sessions) AS failed
  FROM failure_sums($2, $3)
  WHERE $1::text[] IS NULL AND ($5::boolean IS NULL OR authenticated = $5)
  GROUP BY policy_domain, receiving_mx_hostname
),
by_host AS MATERIALIZED (
  SELECT receiving_mx_hostname, sum(failed) AS failed
  FROM by_domain_and_host
  GROUP BY receiving_mx_hostname
),
-- How many rows are listed: all that a browser bears of some domains, and of all
-- where they are not many; otherwise as many as are soon there. Of hosts, the
-- more days there are, of each of which a host may have rows, the fewer.
bound AS MATERIALIZED (
  SELECT CASE WHEN is_much THEN least(200000, 2000 * days)
      ELSE 1000000 END AS most,
    CASE WHEN is_much THEN least(200, 20000 / days) ELSE 200 END AS most_hosts
  FROM (
    SELECT $1::text[] IS NULL AND sum(reports) > 300000 AS is_much,
      count(DISTINCT day) AS days
    FROM by_reporter
  ) AS counted
),
ranked AS MATERIALIZED (
  SELECT policy_domain, cells, successful, failed,
    row_number() OVER ranking - 1 AS number, most,
    sum(cells) OVER ranking <= most AS may_be_listed
  FROM bound, (
    SELECT policy_domain, count(*) AS cells, sum(successful) AS successful,
      sum(failed) AS failed
    FROM named
    GROUP BY policy_domain
    UNION ALL
    SELECT policy_domain, sum(reports), sum(successful_sessions),
      sum(failed_sessions)
    FROM domain_sums($2, $3)
    WHERE $1::text[] IS NULL AND ($5::boolean IS NULL OR authenticated = $5)
    GROUP BY policy_domain
  ) AS counted
  WINDOW ranking AS (ORDER BY failed DESC, successful DESC,
    policy_domain COLLATE "C")
),
worst_host AS MATERIALIZED (
  SELECT receiving_mx_hostname
  FROM by_host
  ORDER BY failed DESC, receiving_mx_hostname COLLATE "C"
  LIMIT (SELECT most_hosts FROM bound)
),
failures AS MATERIALIZED (
  SELECT policy_domain, organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, result_type,
    receiving_mx_hostname, day, failed_sessions AS failed,
    withheld_sessions AS withheld, would_withhold_sessions AS would_withhold
  FROM v_daily_failure
  WHERE CASE WHEN $1::text[] IS NULL
      THEN policy_domain = ANY (ARRAY(
          SELECT policy_domain FROM ranked WHERE may_be_listed
          UNION
          SELECT policy_domain FROM by_domain_and_host
          WHERE receiving_mx_hostname IN (TABLE worst_host)))
        AND (receiving_mx_hostname IN (TABLE worst_host)
          OR policy_domain IN (
            SELECT policy_domain FROM ranked WHERE may_be_listed))
      WHEN $4::text[] IS NULL THEN policy_domain LIKE ANY ($1)
      ELSE policy_domain = ANY ($4) END
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
),
domain AS MATERIALIZED (
  SELECT policy_domain, successful, failed, number,
    $6::boolean IS NOT NULL OR number < 10000
      AND sum(cells + coalesce(more_cells, 0)) OVER (ORDER BY number) <= most
      AS listed
  FROM ranked
  LEFT JOIN (
    SELECT policy_domain, count(*) AS more_cells
    FROM failures
    GROUP BY policy_domain
  ) AS failing USING (policy_domain)
),
domain_place AS MATERIALIZED (
  SELECT policy_domain,
    CASE WHEN listed THEN number
      ELSE (SELECT count(*) FROM domain WHERE listed) END AS place
  FROM domain
),
detail AS MATERIALIZED (
  SELECT policy_domain, organization_name, authenticated,
    coalesce(auth_domain, '') AS signer, day, reports,
    successful_sessions AS successful, failed_sessions AS failed
  FROM v_daily_domain
  WHERE $1::text[] IS NULL
    AND policy_domain = ANY (ARRAY(SELECT policy_domain FROM domain
      WHERE listed))
    AND day >= $2::date
    AND ($3::date IS NULL OR day <= $3)
    AND ($5::boolean IS NULL OR authenticated = $5)
),
rest_of_sessions AS (
  SELECT organization_name, authenticated, signer, day,
    sum(reports) AS reports, sum(successful) AS successful,
    sum(failed) AS failed
  FROM (
    SELECT * FROM by_reporter
    UNION ALL
    SELECT organization_name, authenticated, signer, day, -reports,
      -successful, -failed
    FROM detail
  ) AS counted
  GROUP BY organization_name, authenticated, signer, day
  HAVING sum(reports) > 0
),
sessions AS (
  SELECT policy_domain, place, organization_name, authenticated, signer, day, reports,
    successful, failed
  FROM (SELECT * FROM named UNION ALL SELECT * FROM detail) AS every
  JOIN domain_place USING (policy_domain)
  UNION ALL
  SELECT NULL, (SELECT count(*) FROM domain WHERE listed), rest.*
  FROM rest_of_sessions AS rest
),
rest_of_failures AS (
  SELECT organization_name, authenticated, signer, result_type, day,
    sum(failed) AS failed, sum(withheld) AS withheld,
    sum(would_withhold) AS would_withhold
  FROM (
    SELECT * FROM by_type
    UNION ALL
    SELECT organization_name, authenticated, signer, result_type, day, -failed,
      -withheld, -would_withhold
    FROM failures
    WHERE $1::text[] IS NULL
  ) AS counted
  GROUP BY organization_name, authenticated, signer, result_type, day
  HAVING sum(failed) > 0
),
reporter AS MATERIALIZED (
  SELECT page, organization_name, authenticated, signer,
    row_number() OVER (
      PARTITION BY page
      ORDER BY reports DESC, organization_name COLLATE "C", authenticated,
        signer COLLATE "C"
    ) - 1 AS number
  FROM (
    SELECT page, organization_name, authenticated, signer,
      sum(reports) AS reports
    FROM (
      SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page,
        organization_name, authenticated, signer, reports
      FROM named
      UNION ALL
      SELECT '', organization_name, authenticated, signer, reports
      FROM by_reporter
    ) AS every
    GROUP BY page, organization_name, authenticated, signer
  ) AS counted
),
type AS MATERIALIZED (
  SELECT page, result_type,
    row_number() OVER (
      PARTITION BY page ORDER BY failed DESC, result_type COLLATE "C"
    ) - 1 AS number
  FROM (
    SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page,
      result_type, sum(failed) AS failed
    FROM failures
    WHERE $1::text[] IS NOT NULL
    GROUP BY page, result_type
    UNION ALL
    SELECT '', result_type, sum(failed)
    FROM by_type
    GROUP BY result_type
  ) AS counted
),
host AS MATERIALIZED (
  SELECT page, receiving_mx_hostname,
    row_number() OVER (
      PARTITION BY page
      ORDER BY failed DESC, receiving_mx_hostname COLLATE "C"
    ) - 1 AS number
  FROM (
    SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page,
      receiving_mx_hostname, sum(failed) AS failed
    FROM failures
    WHERE $1::text[] IS NOT NULL
    GROUP BY page, receiving_mx_hostname
    UNION ALL
    SELECT '', receiving_mx_hostname, failed FROM by_host
  ) AS counted
),
reporter_number AS MATERIALIZED (
  SELECT page, organization_name, authenticated, signer,
    CASE WHEN number < 100 THEN number
      ELSE 100 + authenticated::integer END AS reporter
  FROM reporter
),
session_series AS (
  SELECT place, reporter, count(*) AS days,
    string_agg(step::text, ',') AS steps,
    string_agg(reports::text, ',') AS reports,
    string_agg(successful::text, ',') AS successful,
    string_agg(failed::text, ',') AS failed
  FROM (
    SELECT place, reporter, day, sum(reports) AS reports,
      sum(successful) AS successful, sum(failed) AS failed,
      day - lag(day, 1, $2::date) OVER (
        PARTITION BY place, reporter ORDER BY day) AS step
    FROM sessions
    JOIN reporter_number USING (organization_name, authenticated, signer)
    WHERE $6::boolean IS NULL OR page = policy_domain
    GROUP BY place, reporter, day
    ORDER BY place, reporter, day
  ) AS stepped
  GROUP BY place, reporter
),
failing AS (
  SELECT place, reporter, least(type.number, 40) AS type,
    least(host.number, most_hosts) AS host, day, failed, withheld,
    would_withhold
  FROM bound
  CROSS JOIN failures
  JOIN domain_place USING (policy_domain)
  JOIN reporter_number AS r USING (organization_name, authenticated, signer)
  JOIN type USING (result_type)
  JOIN host USING (receiving_mx_hostname)
  WHERE ($6::boolean IS NULL OR r.page = policy_domain)
    AND ($6::boolean IS NULL OR type.page = policy_domain)
    AND ($6::boolean IS NULL OR host.page = policy_domain)
  UNION ALL
  SELECT (SELECT count(*) FROM domain WHERE listed), reporter,
    least(type.number, 40), most_hosts, day, failed, withheld, would_withhold
  FROM bound
  CROSS JOIN rest_of_failures
  JOIN reporter_number USING (organization_name, authenticated, signer)
  JOIN type USING (result_type)
),
failure_series AS (
  SELECT place, reporter, type, host, count(*) AS days,
    string_agg(step::text, ',') AS steps,
    string_agg(failed::text, ',') AS failed,
    string_agg(withheld::text, ',') AS withheld,
    string_agg(would_withhold::text, ',') AS would_withhold
  FROM (
    SELECT place, reporter, type, host, day, sum(failed) AS failed,
      sum(withheld) AS withheld, sum(would_withhold) AS would_withhold,
      day - lag(day, 1, $2::date) OVER (
        PARTITION BY place, reporter, type, host ORDER BY day) AS step
    FROM failing
    GROUP BY place, reporter, type, host, day
    ORDER BY place, reporter, type, host, day
  ) AS stepped
  GROUP BY place, reporter, type, host
),
domains AS (
  SELECT CASE WHEN $6::boolean THEN policy_domain ELSE '' END AS page,
    CASE WHEN $6::boolean THEN min(number) ELSE 0 END AS page_place,
    count(*) AS domain_count,
    json_agg(policy_domain ORDER BY number) FILTER (WHERE listed) AS domains,
    json_agg(json_build_array(policy_domain, successful, failed)
        ORDER BY number)
      FILTER (WHERE NOT listed AND number < 50000) AS sums_only
  FROM domain
  GROUP BY page
),
reporters AS (
  SELECT page, count(*) AS reporter_count,
    json_agg(json_build_array(organization_name, authenticated,
        CASE WHEN authenticated AND one_line(organization_name)
            <> reporter_text(organization_name, nullif(signer, ''))
          THEN signer END)
      ORDER BY number) FILTER (WHERE number < 100) AS reporters
  FROM reporter
  GROUP BY page
),
types AS (
  SELECT page, count(*) AS type_count,
    json_agg(result_type ORDER BY number) FILTER (WHERE number < 40) AS types
  FROM type
  GROUP BY page
),
hosts AS (
  SELECT page, count(*) AS host_count,
    json_agg(receiving_mx_hostname ORDER BY number)
      FILTER (WHERE number < most_hosts) AS hosts
  FROM host, bound
  GROUP BY page
),
session_columns AS (
  SELECT CASE WHEN $6::boolean THEN place ELSE 0 END AS page_place,
    '{"domain":[' || string_agg(
        CASE WHEN $6::boolean THEN '0' ELSE place::text END, ',' ORDER BY row)
      || '],"reporter":[' || string_agg(reporter::text, ',' ORDER BY row)
      || '],"days":[' || string_agg(days::text, ',' ORDER BY row)
      || '],"step":[' || string_agg(steps, ',' ORDER BY row)
      || '],"reports":[' || string_agg(reports, ',' ORDER BY row)
      || '],"successful":[' || string_agg(successful, ',' ORDER BY row)
      || '],"failed":[' || string_agg(failed, ',' ORDER BY row) || ']}'
      AS sessions
  FROM (SELECT *, row_number() OVER () AS row FROM session_series) AS listed
  GROUP BY page_place
),
failure_columns AS (
  SELECT CASE WHEN $6::boolean THEN place ELSE 0 END AS page_place,
    '{"domain":[' || string_agg(
        CASE WHEN $6::boolean THEN '0' ELSE place::text END, ',' ORDER BY row)
      || '],"reporter":[' || string_agg(reporter::text, ',' ORDER BY row)
      || '],"type":[' || string_agg(type::text, ',' ORDER BY row)
      || '],"host":[' || string_agg(host::text, ',' ORDER BY row)
      || '],"days":[' || string_agg(days::text, ',' ORDER BY row)
      || '],"step":[' || string_agg(steps, ',' ORDER BY row)
      || '],"failed":[' || string_agg(failed, ',' ORDER BY row)
      || '],"withheld":[' || string_agg(withheld, ',' ORDER BY row)
      || '],"would_withhold":['
      || string_agg(would_withhold, ',' ORDER BY row) || ']}'
      AS failures
  FROM (SELECT *, row_number() OVER () AS row FROM failure_series) AS listed
  GROUP BY page_place
)
SELECT page,
  to_json($2::date) AS since,
  to_json($3::date) AS until,
  to_json($5::boolean) AS authenticated,
  domains, to_json(coalesce(domain_count, 0)) AS domain_count, sums_only,
  reporters, to_json(coalesce(reporter_count, 0)) AS reporter_count,
  types, to_json(coalesce(type_count, 0)) AS type_count,
  hosts, to_json(coalesce(host_count, 0)) AS host_count,
  sessions, failures
FROM unnest(CASE WHEN $6::boolean THEN $4::text[] ELSE ARRAY[''] END) AS page
LEFT JOIN domains USING (page)
LEFT JOIN reporters USING (page)
LEFT JOIN types USING (page)
LEFT JOIN hosts USING (page)
LEFT JOIN session_columns USING (page_place)
LEFT JOIN failure_columns USING (page_place);
